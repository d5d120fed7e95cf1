"""What a job asks of the platform: variables, resources, state, other jobs, progress and approvals.

Built in, so that it works where no package index can be reached. `import wmill` means the same module.
"""

import json
import os
import time
from urllib.parse import quote, urlencode, urlsplit

_POLL_S = 0.5
_REQUEST_LIMIT_S = 600


class ApiError(Exception):
    """A request that the platform refused; `status` is the HTTP status, the message its own words."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


class JobFailed(Exception):
    """A job that was waited for did not succeed; `error` is what it said."""

    def __init__(self, error):
        message = error.get("message") if isinstance(error, dict) else None
        super().__init__(message or json.dumps(error))
        self.error = error


# --- requests --------------------------------------------------------------------------------------------------------


class Response:
    def __init__(self, status, body):
        self.status_code = status
        self.content = body

    @property
    def text(self):
        return self.content.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.content)


def _connection(parts):
    import http.client

    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    return kind(parts.hostname, parts.port, timeout=_REQUEST_LIMIT_S)


def _refusal(response):
    try:
        found = response.json()
        words = found.get("error", found) if isinstance(found, dict) else found
        if isinstance(words, dict):
            words = words.get("message", words)
        return words if isinstance(words, str) else json.dumps(words)
    except ValueError:
        return response.text.strip() or f"The platform answered {response.status_code}."


def _setting(name):
    value = os.environ.get(name)
    if not value:
        raise RuntimeError(f"{name} is not set: this module works inside jobs.")
    return value


class Fantail:
    """A client of the API. Without arguments it is the running job itself."""

    def __init__(self, base_url=None, token=None, workspace=None):
        self._base_url, self._token, self._workspace = base_url, token, workspace

    @property
    def workspace(self):
        return self._workspace or _setting("WM_WORKSPACE")

    def request(self, method, endpoint, params=None, json=None, raise_for_status=True):
        """`endpoint` begins with a slash and lies below /api. Raises ApiError unless told not to."""
        parts = urlsplit(self._base_url or _setting("BASE_INTERNAL_URL"))
        asked = {key: _query_text(value) for key, value in (params or {}).items() if value is not None}
        path = f"{parts.path.rstrip('/')}/api{endpoint}"
        if asked:
            path += ("&" if "?" in path else "?") + urlencode(asked)
        headers = {"Authorization": f"Bearer {self._token or _setting('WM_TOKEN')}"}
        body = None
        if method not in ("GET", "DELETE"):
            # null is a value too: a state may be set to it.
            headers["Content-Type"] = "application/json"
            body = _dumps(json)
        connection = _connection(parts)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            response = Response(answer.status, answer.read())
        finally:
            connection.close()
        if raise_for_status and response.status_code >= 400:
            raise ApiError(response.status_code, _refusal(response))
        return response

    def get(self, endpoint, raise_for_status=True, **options):
        return self.request("GET", endpoint, raise_for_status=raise_for_status, **options)

    def post(self, endpoint, raise_for_status=True, **options):
        return self.request("POST", endpoint, raise_for_status=raise_for_status, **options)

    def _ask(self, method, endpoint, **options):
        return self.request(method, f"/w/{quote(self.workspace)}{endpoint}", **options)

    # --- variables and resources

    def get_variable(self, path):
        return self._ask("GET", f"/variables/get_value/{_path(path)}").json()

    def set_variable(self, path, value, is_secret=False):
        if self._ask("GET", f"/variables/exists/{_path(path)}").json():
            self._ask("POST", f"/variables/update/{_path(path)}", json={"value": value})
        else:
            body = {"path": path, "value": value, "is_secret": is_secret, "description": ""}
            self._ask("POST", "/variables/create", json=body)

    def get_resource(self, path, none_if_undefined=False):
        try:
            return self._ask("GET", f"/resources/get_value_interpolated/{_path(path)}").json()
        except ApiError as error:
            if none_if_undefined and error.status == 404:
                return None
            raise

    def set_resource(self, path, value, resource_type="any"):
        if self._ask("GET", f"/resources/exists/{_path(path)}").json():
            self._ask("POST", f"/resources/update_value/{_path(path)}", json={"value": value})
        else:
            self._ask("POST", "/resources/create", json={"path": path, "value": value, "resource_type": resource_type})

    # --- what a script remembers from run to run

    def get_state(self, path=None):
        return self.get_resource(path or get_state_path(), none_if_undefined=True)

    def set_state(self, value, path=None):
        self.set_resource(path or get_state_path(), value, "state")

    def get_flow_user_state(self, key):
        return self._ask("GET", f"/jobs/flow/user_states/{self.get_root_job_id()}/{quote(key, '')}").json()

    def set_flow_user_state(self, key, value):
        self._ask("POST", f"/jobs/flow/user_states/{self.get_root_job_id()}/{quote(key, '')}", json=value)

    # --- other jobs

    def _start(self, endpoint, args, scheduled_in_secs=None, tag=None, is_child=True):
        params = {"scheduled_in_secs": scheduled_in_secs, "tag": tag}
        if is_child:
            params["parent_job"] = os.environ.get("WM_JOB_ID") or None
            params["root_job"] = os.environ.get("WM_ROOT_FLOW_JOB_ID") or None
        return self._ask("POST", endpoint, params=params, json=args or {}).text

    def run_script_by_path_async(self, path, args=None, scheduled_in_secs=None, tag=None):
        return self._start(f"/jobs/run/p/{_path(path)}", args, scheduled_in_secs, tag)

    def run_script_by_hash_async(self, hash_, args=None, scheduled_in_secs=None, tag=None):
        return self._start(f"/jobs/run/h/{quote(hash_, '')}", args, scheduled_in_secs, tag)

    def run_script_async(self, path=None, hash_=None, args=None, scheduled_in_secs=None, tag=None):
        if path and hash_:
            raise ValueError("Name the script by its path or by its hash, not by both.")
        if hash_:
            return self.run_script_by_hash_async(hash_, args, scheduled_in_secs, tag)
        if not path:
            raise ValueError("Name the script: path= or hash_=.")
        return self.run_script_by_path_async(path, args, scheduled_in_secs, tag)

    def run_flow_async(self, path, args=None, scheduled_in_secs=None, do_not_track_in_parent=True, tag=None):
        return self._start(f"/jobs/run/f/{_path(path)}", args, scheduled_in_secs, tag, not do_not_track_in_parent)

    def run_script_by_path(self, path, args=None, timeout=None, verbose=False, cleanup=True, assert_result_is_not_none=False, tag=None):
        id = self.run_script_by_path_async(path, args, tag=tag)
        return self.wait_job(id, timeout, verbose, cleanup, assert_result_is_not_none)

    def run_script_by_hash(self, hash_, args=None, timeout=None, verbose=False, cleanup=True, assert_result_is_not_none=False, tag=None):
        id = self.run_script_by_hash_async(hash_, args, tag=tag)
        return self.wait_job(id, timeout, verbose, cleanup, assert_result_is_not_none)

    def run_script(self, path=None, hash_=None, args=None, timeout=None, verbose=False, cleanup=True, assert_result_is_not_none=False, tag=None):
        id = self.run_script_async(path=path, hash_=hash_, args=args, tag=tag)
        return self.wait_job(id, timeout, verbose, cleanup, assert_result_is_not_none)

    def run_flow(self, path, args=None, timeout=None, verbose=False, cleanup=True, assert_result_is_not_none=False, tag=None):
        id = self.run_flow_async(path, args, do_not_track_in_parent=False, tag=tag)
        return self.wait_job(id, timeout, verbose, cleanup, assert_result_is_not_none)

    def wait_job(self, job_id, timeout=None, verbose=False, cleanup=True, assert_result_is_not_none=False):
        """The result of a job, once it has ended. `timeout`: seconds or a timedelta; then the job is cancelled."""
        limit_s = timeout.total_seconds() if hasattr(timeout, "total_seconds") else timeout
        began = time.monotonic()
        while True:
            found = self.get_result_maybe(job_id)
            if found["completed"]:
                return _result_of(found, assert_result_is_not_none)
            if limit_s is not None and time.monotonic() - began > limit_s:
                if cleanup:
                    self.cancel_job(job_id, "nobody waits for it any more")
                raise TimeoutError(f"The job {job_id} has not ended within {limit_s} s.")
            if verbose:
                print(f"waiting for {job_id}", flush=True)
            time.sleep(_POLL_S)

    def get_result_maybe(self, job_id):
        return self._ask("GET", f"/jobs_u/completed/get_result_maybe/{quote(job_id, '')}").json()

    def get_result(self, job_id, assert_result_is_not_none=True):
        """The result of a job that has ended."""
        found = self.get_result_maybe(job_id)
        if not found["completed"]:
            raise RuntimeError(f"The job {job_id} has not ended yet.")
        return _result_of(found, assert_result_is_not_none)

    def get_job(self, job_id):
        return self._ask("GET", f"/jobs_u/get/{quote(job_id, '')}").json()

    def get_job_status(self, job_id):
        """WAITING, RUNNING or COMPLETED."""
        job = self.get_job(job_id)
        if job.get("type") == "CompletedJob":
            return "COMPLETED"
        return "RUNNING" if job.get("running") else "WAITING"

    def cancel_job(self, job_id, reason=None):
        return self._ask("POST", f"/jobs_u/queue/cancel/{quote(job_id, '')}", json={"reason": reason or ""}).text

    def get_root_job_id(self, job_id=None):
        return self._ask("GET", f"/jobs_u/get_root_job_id/{quote(job_id or _setting('WM_JOB_ID'), '')}").json()

    # --- progress, approvals, who one is

    def set_progress(self, value, job_id=None):
        body = {"percent": int(value)}
        flow = os.environ.get("WM_FLOW_JOB_ID")
        if job_id is not None:
            flow = self.get_job(job_id).get("parent_job")
        if flow:
            body["flow_job_id"] = flow
        self._ask("POST", f"/job_metrics/set_progress/{job_id or _setting('WM_JOB_ID')}", json=body)

    def get_progress(self, job_id=None):
        return self._ask("GET", f"/job_metrics/get_progress/{job_id or _setting('WM_JOB_ID')}").json()

    def get_resume_urls(self, approver=None, flow_level=None):
        import secrets

        params = {"approver": approver, "flow_level": flow_level}
        nonce = secrets.randbelow(2**32)
        return self._ask("GET", f"/jobs/resume_urls/{_setting('WM_JOB_ID')}/{nonce}", params=params).json()

    def whoami(self):
        return self._ask("GET", "/users/whoami").json()

    def username_to_email(self, username):
        return self._ask("GET", f"/users/username_to_email/{quote(username, '')}").text

    @property
    def version(self):
        return self.get("/version").text


Windmill = Fantail


def _dumps(value):
    return json.dumps(value, default=str).encode()


def _query_text(value):
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def _path(path):
    return quote(path.strip("/"))


def _result_of(found, is_needed):
    result = found.get("result")
    if not found.get("success", True):
        raise JobFailed(result.get("error", result) if isinstance(result, dict) else result)
    if is_needed and result is None:
        raise RuntimeError("The job ended without a result.")
    return result


# --- workflows as code -----------------------------------------------------------------------------------------------

_SHOWN_RESULT_CHARS = 500


def workflow(function=None):
    """Marks the main that calls tasks: `@workflow` or `@workflow()`. It is called as it is."""
    return function if function is not None else workflow


def task(function=None, **_options):
    """Makes a function a task: `@task` or `@task()`. Awaited, it runs in this job's own process, beside other tasks that
    are awaited together, and writes its name, its time and its result to the log. Where nothing can be awaited it runs at
    once, like any function. The options that other clients know change nothing here."""
    if function is None:
        return task
    import functools
    import inspect

    is_async = inspect.iscoroutinefunction(function)

    @functools.wraps(function)
    def call(*args, **kwargs):
        import asyncio

        noted = functools.partial(_noted, function)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return asyncio.run(_noted_async(function, args, kwargs)) if is_async else noted(args, kwargs)
        if is_async:
            return _noted_async(function, args, kwargs)
        # In a thread, so that tasks which are awaited together do not wait for each other.
        return asyncio.to_thread(noted, args, kwargs)

    return call


async def step(name, function):
    """A piece of a workflow that has a name and takes nothing: `await step("price", lambda: rates["usd"] * 2)`."""
    import inspect

    async def run():
        value = function()
        return await value if inspect.isawaitable(value) else value

    run.__name__ = name
    return await _noted_async(run, (), {})


class _Note:
    """Writes how a task ended to the log."""

    def __init__(self, function):
        self.name = function.__name__
        self.result = None

    def __enter__(self):
        self.began = time.monotonic()
        return self

    def __exit__(self, _kind, error, _trace):
        ms = round((time.monotonic() - self.began) * 1000)
        if error is None:
            print(f"task {self.name}: {ms} ms, {_shown(self.result)}", flush=True)
        else:
            print(f"task {self.name}: failed after {ms} ms, {type(error).__name__}: {error}", flush=True)


def _noted(function, args, kwargs):
    with _Note(function) as note:
        note.result = function(*args, **kwargs)
        return note.result


async def _noted_async(function, args, kwargs):
    with _Note(function) as note:
        note.result = await function(*args, **kwargs)
        return note.result


def _shown(value):
    try:
        text = json.dumps(value, default=str, ensure_ascii=False)
    except (TypeError, ValueError):
        text = repr(value)
    return text if len(text) <= _SHOWN_RESULT_CHARS else text[:_SHOWN_RESULT_CHARS] + "…"


# --- the same as functions -------------------------------------------------------------------------------------------

_job = Fantail()


def get(endpoint, **params):
    """Any GET of the API as JSON: `get("/version")`, `get(f"/w/{get_workspace()}/scripts/list", per_page=5)`."""
    response = _job.get(endpoint, params=params)
    try:
        return response.json()
    except ValueError:
        return response.text


def get_workspace():
    return _setting("WM_WORKSPACE")


def get_state_path():
    return _setting("WM_STATE_PATH_NEW")


def get_version():
    return _job.version


def idempotency_key():
    """The same for every attempt of this job: send it along, so that doing it twice is doing it once."""
    return _setting("FANTAIL_IDEMPOTENCY_KEY")


get_variable = _job.get_variable
set_variable = _job.set_variable
get_resource = _job.get_resource
set_resource = _job.set_resource
get_state = _job.get_state
set_state = _job.set_state
get_flow_user_state = _job.get_flow_user_state
set_flow_user_state = _job.set_flow_user_state
run_script = _job.run_script
run_script_async = _job.run_script_async
run_script_by_path = _job.run_script_by_path
run_script_by_path_async = _job.run_script_by_path_async
run_script_by_hash = _job.run_script_by_hash
run_script_by_hash_async = _job.run_script_by_hash_async
run_flow = _job.run_flow
run_flow_async = _job.run_flow_async
wait_job = _job.wait_job
get_result = _job.get_result
get_result_maybe = _job.get_result_maybe
get_job = _job.get_job
get_job_status = _job.get_job_status
cancel_job = _job.cancel_job
get_root_job_id = _job.get_root_job_id
set_progress = _job.set_progress
get_progress = _job.get_progress
get_resume_urls = _job.get_resume_urls
whoami = _job.whoami
username_to_email = _job.username_to_email
