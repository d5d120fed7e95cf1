import fantail


def main() -> list[dict]:
    """
    Which workers answer, which groups they serve, and what they have done.

    Workers that have been silent for more than 30 seconds are listed first.
    """
    rows = [
        {
            "worker": worker["worker"],
            "worker_group": worker["worker_group"],
            "status": "silent" if worker["last_ping"] > 30 else "alive",
            "last_ping_s": worker["last_ping"],
            "jobs_executed": worker["jobs_executed"],
            "tags": ", ".join(worker["custom_tags"]),
        }
        for worker in fantail.get("/workers/list?per_page=1000")
    ]
    for row in rows:
        print(f"{row['worker']}: {row['status']}, group {row['worker_group']}, {row['jobs_executed']} jobs")
    return sorted(rows, key=lambda row: (row["status"] != "silent", row["worker_group"], row["worker"]))
