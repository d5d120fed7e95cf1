import time

COLOURS = [31, 33, 32, 36, 34, 35]


def main(seconds: int = 10) -> dict:
    """
    Count down, one line a second. Watch the log arrive, follow it, search it, or cancel the job.

    Args:
        seconds: how long
    """
    for left in range(seconds, 0, -1):
        print(f"\x1b[{COLOURS[left % len(COLOURS)]}m{'■' * left}\x1b[0m {left} s left", flush=True)
        time.sleep(1)
    return {"counted": seconds, "status": "lift-off"}
