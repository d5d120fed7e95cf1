# Give a database role a new password and write it into its resource. Needs curl and jq.
resource="${1:-g/all/prod_database}"

set -euo pipefail
api="$BASE_INTERNAL_URL/api/w/$WM_WORKSPACE"
call() { curl --fail-with-body -sS -H "Authorization: Bearer $WM_TOKEN" -H 'Content-Type: application/json' "$@"; }

# The new password travels as a secret variable: as an argument it would stay in the list of runs.
new_password="$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')"
next="u/$WM_USERNAME/next_db_password"
jq -n --arg path "$next" --arg value "$new_password" '{$path, $value, is_secret: true, description: "for one rotation"}' |
  call --data @- "$api/variables/create" >/dev/null
trap 'call -X DELETE "$api/variables/delete/$next" >/dev/null' EXIT

jq -n --arg database "\$res:$resource" --arg password "\$var:$next" '{$database, new_password: $password}' |
  call --data @- "$api/jobs/run_wait_result/p/f/devops/change_own_password" >/dev/null
call "$api/resources/get_value/$resource" | jq --arg password "$new_password" '{value: (. + {$password})}' |
  call --data @- "$api/resources/update_value/$resource" >/dev/null

jq -n -c --arg resource "$resource" '{$resource, status: "rotated"}' | tee result.json
