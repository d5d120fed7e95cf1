def main(limit: int = 200_000) -> dict:
    """
    Count primes below a limit, on the worker group `heavy`.

    Without a worker of that group the job waits and says so. Start one in another terminal:
    MODE=worker WORKER_GROUP=heavy npm start

    Args:
        limit: count the primes below this number
    """
    sieve = bytearray([1]) * (limit + 1)
    sieve[0:2] = b"\x00\x00"
    for number in range(2, int(limit**0.5) + 1):
        if sieve[number]:
            sieve[number * number :: number] = bytes(len(range(number * number, limit + 1, number)))
    return {"limit": limit, "primes": sum(sieve)}
