# Runs bash jobs inside a sandbox. A job is one header line of lengths and one block of bytes; everything in it is data.
# Header: <script length> <number of arguments> <number of variables> <is it the last job: 1 or 0> and the length of
# each: arguments, then NAME=VALUE.

trap : TERM
folder=$PWD

answer() {
  printf '%s %d\n%s' "$1" "${#2}" "$2" >&4
}

send_file() {
  printf '%s %d\n' "$1" "$(stat -c %s -- "$2")" >&4
  cat -- "$2" >&4
}

run_job() {
  local LC_ALL=C
  local -a lengths=($1) args=() variables=()
  local stale block='' total=0 offset=0 length index
  for length in "${lengths[0]}" "${lengths[@]:4}"; do total=$((total + length)); done
  IFS= read -r -N "$total" block <&3
  printf '%s' "${block:0:lengths[0]}" >"$folder/script.sh"
  offset=${lengths[0]}
  for ((index = 4; index < ${#lengths[@]}; index++)); do
    length=${lengths[index]}
    if ((index < 4 + lengths[1])); then args+=("${block:offset:length}"); else variables+=("${block:offset:length}"); fi
    offset=$((offset + length))
  done
  for stale in "$folder/result.json" "$folder/result.out"; do
    if [[ -e $stale ]]; then rm -f -- "$stale"; fi
  done
  start_script
  local code=$?
  if [[ $code == 0 && -f $folder/result.json ]]; then
    send_file json "$folder/result.json"
  elif [[ $code == 0 && -f $folder/result.out ]]; then
    send_file text "$folder/result.out"
  else
    answer exit "$code"
  fi
  if [[ ${lengths[3]} == 1 ]]; then exit 0; fi
}

start_script() {
  (
    cd -- "$folder" || exit 1
    for variable in "${variables[@]}"; do export -- "$variable"; done
    unset LC_ALL variable
    export LC_ALL=C.UTF-8
    exec 3<&- 4>&-
    exec bash script.sh "${args[@]}"
  )
}

answer ready ''
while IFS= read -r header <&3; do run_job "$header"; done
