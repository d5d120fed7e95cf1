# Restart a container through the HTTP API of a Docker host (dockerd -H tcp://…, best behind TLS).
docker_host="$1"
container="$2"
wait_s="${3:-10}"

set -euo pipefail
case "$container" in
  '' | *[!A-Za-z0-9_.-]*) echo "Not a container's name: $container" >&2; exit 2 ;;
esac
curl --fail-with-body -sS -X POST "$docker_host/containers/$container/restart?t=$wait_s"
printf '{"container": "%s", "status": "restarted"}\n' "$container" | tee result.json
