"""Runs inside a sandbox: takes jobs from one pipe, calls the script's main, answers on another.

Arguments, names and code arrive as data; this file is the same for every job, and one file, because each more would be
looked for at every start. Modules that only some jobs need are imported where they are needed: a prewarmed interpreter
is paid for in CPU time, even if nobody waits for it. For that reason JSON is read and written by the part of Python's
json module that is compiled: the rest of it loads regular expressions, which takes as long as starting Python itself.
"""

import os
import sys

try:
    from _json import encode_basestring_ascii, make_encoder, make_scanner

    make_encoder({}, None, encode_basestring_ascii, None, ":", ",", False, False, False)
except (ImportError, TypeError):
    # Not everywhere, and not promised: json itself does the same.
    make_scanner = None

SCRIPT = "script.py"
MAX_ERROR_CHARS = 200_000
MAX_DEPTH = 200


class UserError(Exception):
    """A failure that is told as a sentence, without a traceback."""

    def __init__(self, name, message):
        super().__init__(message)
        self.name = name


def take_channels():
    """Moves the two pipes away from the low numbers, out of reach of child processes."""
    channels = []
    for fd in (3, 4):
        channels.append(os.dup2(fd, fd + 97, inheritable=False))
        os.close(fd)
    return channels


def read_exactly(fd, count):
    parts = []
    while count > 0:
        part = os.read(fd, min(count, 1 << 20))
        if not part:
            os._exit(0)
        parts.append(part)
        count -= len(part)
    return b"".join(parts)


def read_frame(fd):
    header = b""
    while not header.endswith(b"\n"):
        header += read_exactly(fd, 1)
    return read_exactly(fd, int(header.split()[1]))


def write_frame(fd, kind, body):
    data = memoryview(b"%s %d\n%s" % (kind.encode(), len(body), body))
    while data:
        data = data[os.write(fd, data) :]


class Source:
    """Where tracebacks find the lines of the script, whoever makes them."""

    def __init__(self, content):
        self.content = content

    def get_source(self, _name):
        return self.content


# --- JSON -----------------------------------------------------------------------------------------------------------


class Reading:
    """What the compiled scanner asks of the decoder that it belongs to."""

    strict = True
    object_hook = None
    object_pairs_hook = None
    parse_float = float
    parse_int = int
    parse_constant = float


def loads(text):
    """The value of a JSON text, or of its bytes, without blanks around it."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogatepass")
    if make_scanner is None:
        import json

        return json.loads(text)
    return make_scanner(Reading)(text, 0)[0]


def dumps(value, default=None):
    """Strict JSON in ASCII, without blanks. Raises for NaN, for what holds itself and for what `default` does not know."""
    if make_scanner is None:
        import json

        return json.dumps(value, allow_nan=False, default=default, separators=(",", ":"))
    return "".join(make_encoder({}, default or unknown, encode_basestring_ascii, None, ":", ",", False, False, False)(value, 0))


def unknown(value):
    raise TypeError(f"JSON has nothing for a {type(value).__name__}.")


# --- what the script gets -------------------------------------------------------------------------------------------


def lay_out(tree):
    """Writes the files that a script imports below the working folder; answers the package that it belongs to."""
    for name, content in tree["files"].items():
        os.makedirs(os.path.dirname(os.path.abspath(name)), exist_ok=True)
        with open(name, "w", encoding="utf-8") as file:
            file.write(content)
    folder = os.path.dirname(tree["file"])
    os.makedirs(os.path.abspath(folder), exist_ok=True)
    import importlib

    # The folders are younger than what Python remembers of them.
    importlib.invalidate_caches()
    package = folder.replace("/", ".")
    importlib.import_module(package)
    return package


codes = {}


def compiled(content):
    """The script's code. It is kept: the children of a run's process find there what their parent has compiled."""
    code = codes.get(content)
    if code is None:
        # Editors may put a mark before the first character.
        text = content[1:] if content.startswith("\ufeff") else content
        code = codes[content] = compile(text, SCRIPT, "exec", dont_inherit=True)
    return code


def load(content, filled, tree):
    """Loads the script so that tracebacks show its own lines. `filled`: names that it uses and leaves open."""
    code = compiled(content)
    module = type(sys)("script")
    if tree is not None:
        module.__package__ = lay_out(tree)
    module.__dict__.update(filled)
    module.__loader__ = Source(content)
    module.__file__ = SCRIPT
    sys.modules["script"] = module
    exec(code, module.__dict__)
    return module


def find_main(module, is_preprocessed):
    """A script that is nothing but a preprocessor (of a flow) is called by that name."""
    main = getattr(module, "main", None)
    if main is None and not is_preprocessed:
        main = getattr(module, "preprocessor", None)
    if main is None:
        message = "The main function is missing: the script defines nothing named main. Add: def main(): ..."
        raise UserError("MissingMain", message)
    if not callable(main):
        raise UserError("MissingMain", "The script's main is not a function. Add: def main(): ...")
    return main


class Parameters:
    """Parameter names and what they ask for, read from the code object: the inspect module costs 10 ms."""

    def __init__(self, main):
        function = main
        while hasattr(function, "__wrapped__"):
            function = function.__wrapped__
        code = getattr(function, "__code__", None)
        self.types = {}
        if code is None:
            self._inspect(main)
            return
        first = code.co_argcount
        names = code.co_varnames
        skip = 1 if hasattr(function, "__self__") else 0
        positional = names[skip:first]
        keyword = names[first : first + code.co_kwonlyargcount]
        self.positional_only = positional[: max(0, code.co_posonlyargcount - skip)]
        self.named = positional + keyword
        self.takes_any = bool(code.co_flags & 0x08)
        defaults = function.__defaults__ or ()
        optional = set(positional[len(positional) - len(defaults) :] if defaults else ())
        optional |= set(function.__kwdefaults__ or ())
        self.required = [name for name in self.named if name not in optional]
        self.types = annotations_of(function)

    def _inspect(self, main):
        import inspect

        found = inspect.signature(main).parameters.values()
        named = [p for p in found if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        self.positional_only = tuple(p.name for p in named if p.kind == p.POSITIONAL_ONLY)
        self.named = tuple(p.name for p in named)
        self.takes_any = any(p.kind == p.VAR_KEYWORD for p in found)
        self.required = [p.name for p in named if p.default is p.empty]


def annotations_of(function):
    found = dict(getattr(function, "__annotations__", None) or {})
    if any(isinstance(value, str) for value in found.values()):
        import typing

        try:
            return typing.get_type_hints(function)
        except Exception:
            return {}
    return found


def choices(annotation):
    """The members of Optional[X], X | None and unions; [X] for anything else."""
    if type(annotation).__name__ == "UnionType" or str(getattr(annotation, "__origin__", "")) == "typing.Union":
        return [member for member in annotation.__args__ if member is not type(None)]
    return [annotation]


class Unfit(ValueError):
    """A value that is not what its annotation declares; the message goes on from "The argument x "."""


def convert(value, annotation):
    """JSON has no bytes, dates or declared dictionaries; the annotation says which of them a value means."""
    found = choices(annotation)
    declared = [choice for choice in found if is_typed_dict(choice)]
    if declared and value is not None and not is_otherwise(value, found):
        return fit_one(value, declared)
    for choice in found:
        items = getattr(choice, "__args__", None)
        if isinstance(value, list) and getattr(choice, "__origin__", None) is list and is_read(items[0]):
            return [convert(item, items[0]) for item in value]
        if value is not None and is_built(choice) and all(is_built(one) or misfit(value, one) for one in found):
            return build(value, choice)
        if not isinstance(value, str):
            continue
        if choice is bytes:
            import base64

            return base64.b64decode(value.split(",", 1)[1] if value.startswith("data:") else value)
        if getattr(choice, "__module__", None) == "datetime" and choice.__name__ in ("datetime", "date", "time"):
            return parse_time(choice, value)
    return value


def is_typed_dict(choice):
    return isinstance(choice, type) and hasattr(choice, "__required_keys__")


def is_built(choice):
    """Whether JSON becomes an object of this class: an Enum, a dataclass or a model."""
    marks = ("__members__", "__dataclass_fields__", "model_validate")
    return isinstance(choice, type) and any(hasattr(choice, mark) for mark in marks)


def is_read(choice):
    """Whether the items of a list of these are anything else than JSON has."""
    is_time = getattr(choice, "__module__", None) == "datetime"
    return is_typed_dict(choice) or is_built(choice) or is_time or choice is bytes


def build(value, choice):
    if hasattr(choice, "__members__"):
        return member(value, choice)
    if not isinstance(value, dict):
        return value
    if hasattr(choice, "model_validate"):
        return choice.model_validate(value)
    import typing

    try:
        types = typing.get_type_hints(choice)
    except Exception:
        types = {}
    given = [name for name, field in choice.__dataclass_fields__.items() if name in value and field.init]
    try:
        return choice(**{name: convert(value[name], types.get(name)) for name in given})
    except TypeError as error:
        raise Unfit(f"does not fit {choice.__name__}: {error}.") from None


def member(value, choice):
    try:
        return choice(value)
    except ValueError:
        if isinstance(value, str) and value in choice.__members__:
            return choice[value]
        known = ", ".join(str(one.value) for one in choice)
        raise Unfit(f"has to be one of {known}, and is {value}.") from None


def is_otherwise(value, found):
    """Whether one of the other members of a union takes the value."""
    return any(not is_typed_dict(choice) and misfit(value, choice) is None for choice in found)


def fit_one(value, declared):
    """The value as the first of these declared dictionaries that it fits."""
    first = None
    for choice in declared:
        try:
            return fit(value, choice)
        except Unfit as error:
            first = first or error
    raise first


def fit(value, declared):
    """Only the declared keys: what unpacks a resource into a call must not get unknown ones."""
    name = declared.__name__
    if not isinstance(value, dict):
        raise Unfit(f"has to be {name}, an object, and is {json_name(value)}.")
    missing = [key for key in annotations_in_order(declared) if key in declared.__required_keys__ and key not in value]
    if missing:
        there = ", ".join(value) or "nothing"
        keys = "the key " + missing[0] if len(missing) == 1 else "the keys " + ", ".join(missing)
        raise Unfit(f"does not fit {name}: it lacks {keys}. It has {there}.")
    import typing

    try:
        types = typing.get_type_hints(declared)
    except Exception:
        types = {}
    fitted = {}
    for key in annotations_in_order(declared):
        if key not in value:
            continue
        annotation = types.get(key)
        wanted = misfit(value[key], annotation)
        if wanted is not None:
            raise Unfit(f"does not fit {name}: its key {key} has to be {wanted}, and is {json_name(value[key])}.")
        try:
            fitted[key] = value[key] if annotation is None else convert(value[key], annotation)
        except Unfit as error:
            raise Unfit(f"does not fit {name}: its key {key} {error}") from None
    return fitted


def annotations_in_order(declared):
    return list(declared.__annotations__) + [
        key for key in sorted(declared.__required_keys__ | declared.__optional_keys__) if key not in declared.__annotations__
    ]


PLAIN_TYPES = {str: "text", int: "a whole number", float: "a number", bool: "true or false", list: "a list", dict: "an object"}


def misfit(value, annotation):
    """What a value would have to be, in words; None when it is that, or when nobody can tell."""
    wanted = []
    for choice in choices(annotation):
        plain_type = getattr(choice, "__origin__", choice)
        if plain_type not in PLAIN_TYPES or not isinstance(plain_type, type):
            return None
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if plain_type is float and is_number:
            return None
        if plain_type is int and is_number and value == int(value):
            return None
        if plain_type not in (int, float) and isinstance(value, plain_type):
            return None
        wanted.append(PLAIN_TYPES[plain_type])
    if value is None and is_optional(annotation):
        return None
    return " or ".join(wanted) or None


def is_optional(annotation):
    return type(None) in getattr(annotation, "__args__", ())


def takes_none(annotation):
    """Optional[X], X | None; not list[None]."""
    return is_optional(annotation) and choices(annotation) != [annotation]


def json_name(value):
    if value is None:
        return "null"
    for kind, name in ((bool, "true or false"), (str, "text"), (list, "a list"), (dict, "an object")):
        if isinstance(value, kind):
            return name
    return "a number"


def parse_time(choice, value):
    # Before 3.11 fromisoformat knows no "Z".
    text = value[:-1] + "+00:00" if value.endswith("Z") else value
    if choice.__name__ == "date":
        text = text[:10]
    return choice.fromisoformat(text)


def bind(main, args, called="main"):
    """(positional, keyword) arguments; names the missing ones in a sentence."""
    parameters = Parameters(main)
    absent = [name for name in parameters.required if name not in args]
    # Who writes Optional[X] can do without.
    missing = [name for name in absent if not takes_none(parameters.types.get(name))]
    if missing:
        names = ", ".join(missing)
        plural = "arguments" if len(missing) > 1 else "argument"
        raise UserError("MissingArgument", f"{called} needs the {plural} {names}, which the job did not get.")
    values = dict.fromkeys(absent)
    for name, value in args.items():
        if name in parameters.named:
            annotation = parameters.types.get(name)
            try:
                values[name] = convert(value, annotation) if annotation is not None else value
            except Unfit as error:
                raise UserError("BadArgument", f"The argument {name} {error}") from None
            except ValueError as error:
                raise UserError("BadArgument", f"The argument {name} cannot be read as declared: {error}") from None
        elif parameters.takes_any:
            values[name] = value
    positional = []
    for name in parameters.positional_only:
        if name not in values:
            break
        positional.append(values.pop(name))
    for name in parameters.positional_only:
        values.pop(name, None)
    return positional, values


# --- what the script answers ----------------------------------------------------------------------------------------


def is_finite(number):
    return number - number == 0


def plain(value):
    """The JSON counterpart of a value that json itself does not know."""
    if isinstance(value, (bytes, bytearray, memoryview)):
        import base64

        return base64.b64encode(bytes(value)).decode()
    if isinstance(value, (set, frozenset)):
        return list(value)
    for known in (_plain_declared, _plain_number, _plain_time, _plain_text):
        found, answer = known(value)
        if found:
            return answer
    kind = type(value)
    raise UserError(
        "UnreadableResult",
        f"The result holds a {kind.__module__}.{kind.__qualname__}, which JSON cannot express. "
        "Return dicts, lists, strings, numbers, booleans or None.",
    )


def _plain_declared(value):
    fields = getattr(type(value), "__dataclass_fields__", None)
    if fields is not None:
        return True, {name: getattr(value, name) for name in fields if hasattr(value, name)}
    if hasattr(value, "model_dump"):
        return True, value.model_dump()
    if hasattr(value, "to_dict"):
        if type(value).__name__ == "DataFrame":
            return True, value.to_dict(orient="records")
        return True, value.to_dict()
    if hasattr(value, "tolist"):
        return True, value.tolist()
    if hasattr(value, "_asdict"):
        return True, value._asdict()
    return False, None


def _plain_number(value):
    if type(value).__name__ == "Decimal" and type(value).__module__ == "decimal":
        number = float(value)
        if is_finite(number) and type(value)(repr(number)) == value:
            return True, int(value) if value == int(value) and abs(value) < 2**53 else number
        return True, None if not value.is_finite() else str(value)
    return False, None


def _plain_time(value):
    kind = type(value)
    if hasattr(value, "isoformat"):
        return True, value.isoformat()
    if kind.__module__ == "datetime" and hasattr(value, "total_seconds"):
        return True, value.total_seconds()
    return False, None


def _plain_text(value):
    if hasattr(value, "__fspath__") or type(value).__module__ in ("uuid", "ipaddress"):
        return True, str(value)
    if hasattr(type(value), "__members__"):
        return True, value.value
    if isinstance(value, BaseException):
        return True, {"name": type(value).__name__, "message": str(value)}
    return False, None


def rebuilt(value, depth=0):
    """A copy that strict JSON takes: NaN and infinities become null, every key a string."""
    if depth > MAX_DEPTH:
        raise UserError("UnreadableResult", f"The result is nested deeper than {MAX_DEPTH} levels or holds itself.")
    if isinstance(value, float):
        return float(value) if is_finite(value) else None
    if value is None or isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, dict):
        return {key_text(key): rebuilt(item, depth + 1) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [rebuilt(item, depth + 1) for item in value]
    return rebuilt(plain(value), depth + 1)


def key_text(key):
    if isinstance(key, str):
        return key
    if key is None or isinstance(key, (bool, int)) or isinstance(key, float) and is_finite(key):
        return dumps(key)
    if isinstance(key, float):
        return str(key)
    answer = plain(key) if not isinstance(key, tuple) else str(key)
    return answer if isinstance(answer, str) else str(answer)


def encode(value):
    try:
        return dumps(value, plain)
    except (ValueError, TypeError, RecursionError):
        return dumps(rebuilt(value))


def own_frames(trace):
    """Without the frames of this file, which come first."""
    while trace is not None and trace.tb_frame.f_code.co_filename == __file__:
        trace = trace.tb_next
    return trace


def describe(error):
    import traceback

    seen = set()
    link = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        link.__traceback__ = own_frames(link.__traceback__)
        link = link.__cause__ or link.__context__
    try:
        message = str(error)
    except Exception:
        message = "(the exception could not be turned into text)"
    stack = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return {
        "name": type(error).__name__,
        "message": message[:MAX_ERROR_CHARS],
        "stack": stack[-MAX_ERROR_CHARS:],
    }


def call_with(function, args, called="main"):
    positional, keyword = bind(function, args, called)
    answer = function(*positional, **keyword)
    if hasattr(answer, "__await__"):
        import asyncio

        answer = asyncio.run(_awaited(answer))
    return answer


def preprocess(module, request, most_bytes):
    """What the script's preprocessor makes of a request, as JSON: the arguments of main."""
    function = getattr(module, "preprocessor", None)
    if not callable(function):
        raise UserError("MissingPreprocessor", "The script defines no function named preprocessor.")
    text = encode(call_with(function, request, "preprocessor"))
    if not text.startswith("{"):
        kind = "nothing" if text == "null" else json_name(loads(text))
        message = f"The preprocessor returned {kind}. It has to return a dict with the arguments of main."
        raise UserError("BadPreprocessor", message)
    check_size(text, most_bytes)
    return text


def size_words(size):
    """For people: `812 B`, `1.2 kB`, `53 MB`."""
    for unit in ("B", "kB", "MB", "GB"):
        if size < 999.5:
            break
        size /= 1000
    return f"{size:.{1 if unit != 'B' and size < 9.95 else 0}f} {unit}".replace(".0 ", " ")


def check_size(text, most_bytes):
    if len(text) > most_bytes:
        message = f"The result is {size_words(len(text))} of JSON; the limit is {size_words(most_bytes)}. Return less, or store it and return a reference."
        raise UserError("ResultTooLarge", message)


# --- one job after another ------------------------------------------------------------------------------------------


class Runner:
    def __init__(self, answers):
        self.module = None
        self.answers = answers
        self.env_names = set()

    def set_env(self, env):
        for name in self.env_names - set(env):
            os.environ.pop(name, None)
        for name, value in env.items():
            if os.environ.get(name) != value:
                os.environ[name] = value
        self.env_names = set(env)

    def get_ready(self, job):
        """What each child would do to its own memory, done once for those to come: each page that one changes is copied."""
        import gc

        self.set_env(job["env"])
        try:
            compiled(job["content"])
        except Exception:
            # The child fails at the same place, and says so.
            pass
        gc.freeze()

    def call(self, job):
        if job["dependencies"] and job["dependencies"] not in sys.path:
            sys.path.insert(0, job["dependencies"])
        if job["content"] is not None or self.module is None:
            self.module = load(job["content"], job["globals"], job["tree"])
        else:
            self.module.__dict__.update(job["globals"])
        is_preprocessed = "preprocessor" in job
        main = find_main(self.module, is_preprocessed)
        if not is_preprocessed:
            return call_with(main, job["args"])
        made = preprocess(self.module, job["args"], job["maxResultBytes"])
        write_frame(self.answers, "args", made.encode("ascii"))
        return call_with(main, loads(made))

    def run(self, job):
        """(kind, body) of the answering frame."""
        self.set_env(job["env"])
        try:
            text = encode(self.call(job))
            check_size(text, job["maxResultBytes"])
        except UserError as error:
            return "error", {"name": error.name, "message": str(error)}
        except SystemExit as error:
            if error.code in (None, 0):
                return "result", "null"
            message = f"The script ended itself with exit code {error.code}."
            if not isinstance(error.code, int):
                message = str(error.code)
            return "error", {"name": "ExitCode", "message": message}
        except BaseException as error:
            return "error", describe(error)
        return "result", text


async def _awaited(answer):
    return await answer


def flush_output():
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:
            pass


def answer(runner, job, answers, own_process):
    kind, body = runner.run(job)
    flush_output()
    if os.getpid() != own_process:
        # A child made by os.fork came back through main: only the parent answers.
        os._exit(0)
    text = body if kind == "result" else dumps(body)
    write_frame(answers, kind, text.encode("ascii"))


class Child:
    """A process for one step of a flow's run: it has the modules that are loaded, and memory of its own."""

    def __init__(self, runner, jobs, answers, sibling=None):
        # Not blocking: whatever the step leaves behind may keep its end open.
        self.told, tell = os.pipe2(os.O_CLOEXEC | os.O_NONBLOCK)
        given, self.give = os.pipe2(os.O_CLOEXEC)
        self.pid = os.fork()
        if self.pid == 0:
            for fd in (self.told, self.give, jobs) if sibling is None else (self.told, self.give, jobs, sibling.told):
                os.close(fd)
            job = loads(read_frame(given))
            os.close(given)
            answer(runner, job, answers, os.getpid())
            os.write(tell, b"!")
            os._exit(0)
        os.close(tell)
        os.close(given)

    def take(self, body):
        """Gives it the step; False: it is gone, somebody has killed it while it waited."""
        try:
            write_frame(self.give, "job", body)
            return True
        except BrokenPipeError:
            return False
        finally:
            os.close(self.give)

    def failure(self):
        """Waits for its end; None: it has answered, else the error to answer with."""
        _, status = os.waitpid(self.pid, 0)
        try:
            has_answered = os.read(self.told, 1) == b"!"
        except BlockingIOError:
            has_answered = False
        os.close(self.told)
        return None if has_answered else ending_of(status)


class Steps:
    """Runs the steps of a run, each in a child that was forked while the one before was at work."""

    def __init__(self, runner, jobs, answers):
        self.of_child = (runner, jobs, answers)
        self.runner = runner
        self.answers = answers
        self.spare = None

    def run(self, body):
        child = self.spare
        if child is None:
            self.runner.get_ready(loads(body))
            child = Child(*self.of_child)
        while not child.take(body):
            child.failure()
            child = Child(*self.of_child)
        if self.spare is not None:
            self.runner.get_ready(loads(body))
        self.spare = Child(*self.of_child, sibling=child)
        error = child.failure()
        if error is not None:
            write_frame(self.answers, "error", dumps(error).encode("ascii"))


def ending_of(status):
    """The error of a step whose process ended without an answer."""
    if os.WIFSIGNALED(status):
        import signal

        name = signal.Signals(os.WTERMSIG(status)).name
        return {"name": "Killed", "message": f"The script's process was killed by {name} before main returned."}
    code = os.WEXITSTATUS(status)
    message = f"The script's process ended with exit code {code} before main returned a result."
    return {"name": "ExitCode", "message": message, "exitCode": code}


def serve():
    jobs, answers = take_channels()
    own_process = os.getpid()
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", line_buffering=True)
    sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    sys.path.insert(0, os.getcwd())
    # Last, so that a version which the script pins comes before it.
    sys.path.append(os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))), "sdk", "python3"))
    sys.argv = [SCRIPT]
    runner = Runner(answers)
    steps = None
    write_frame(answers, "ready", b"")
    while True:
        body = read_frame(jobs)
        # A process that has run one step of a run gets nothing but steps of it.
        if steps is not None:
            steps.run(body)
            continue
        job = loads(body)
        if job["isStep"]:
            steps = Steps(runner, jobs, answers)
            steps.run(body)
            continue
        answer(runner, job, answers, own_process)
        if job["isLast"]:
            os._exit(0)
