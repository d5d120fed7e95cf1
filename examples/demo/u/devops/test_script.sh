# A probe: run it with another tag to see which worker picks it up.
echo "{\"worker_group\": \"$WM_WORKER_GROUP\", \"job\": \"$WM_JOB_ID\"}" | tee result.json
