"""Names that say little, because all kinds of Python code use them.

Counted by files in four bodies of code that have little to do with each other: the standard library, a web framework,
an application with a thousand plug-ins, and the installed packages of a developer. A name is here when it is about as
frequent in three of them.
"""

from __future__ import annotations

import re

_EVERYWHERE = """
    abc abs abspath accept action add address after alias all allowed already annotations any app append application
    are arg args argument arguments array ascii asyncio attr attribute attributeerror attributes attrs auth
    available base basename bases because been before block body bool both buffer builtins but bytes cache call
    callable callback can cancel cannot case cast category chain char characters check child children classmethod
    clear client clone close cls code collections color column com command compile conf config conn connect
    connection constants contain contains content contents context contextlib contextmanager copy core could count
    create ctypes current data dataclass dataclasses date datetime debug decode default defaults delete deprecated
    description dest dev dict dir directory dirname doc does doesn domain dumps each either email empty encode
    encoding end endswith enter entry enum enumerate environ err error errors escape event events exc exc_info
    exc_type exception exceptions execute exist exists exit expected expression ext extend extra failed field fields
    file filename files filter find first flags float flush form format found frozenset func function functions
    functools future get getattr getitem getlogger getvalue given got group groups handle handler has hasattr hash
    have header headers height help host html http https identifier idx ignore import_module importerror importlib
    include indent index indexerror info init inner input insert inspect installed instance instead int integer into
    invalid isdir isinstance issubclass item items iter iterable itertools join json key keyerror keys keyword kind
    kwargs label last least left len length level library limit line lineno lines link list load loader loads local
    location lock log logger logging lookup loop lower lru_cache lstrip main manager many map mapping match max
    maxsize may message messages meta metaclass method min missing mod mode model models module modules more msg
    multiple must name named names namespace new next node non none notimplementederror now null number obj object
    objects offset one only open operation operator option optional options opts order ordereddict org origin
    oserror other out output package parameter params parent parse parser part partial parts password path paths
    pattern payload platform please pop port pos position prefix print process property protocol provided python
    query quote range read ready reason reduce regex register registry remove replace repr request required requires
    res reset response result results return reverse reversed root round row rstrip run running runtimeerror same
    save search second seconds select self send sep sequence server session set setattr setdefault setitem setter
    settings setup should size sleep slice slots socket sort sorted source specified specify split splitlines src
    stacklevel start startswith state staticmethod status stderr stdout stop stopiteration store_true str stream
    strict string stringio strip style sub subprocess suffix sum super support supported sys system table tag target
    template test text than that the this threading time timedelta timeout times title token traceback transform
    true tuple type typeerror types typing unable unknown update upper url urllib use used user username using utf
    util utils uuid val valid value valueerror values var variable verbosity version wait warn warning warnings was
    when where which width will win32 without wrapped wrapper wraps write www year you your zip
"""
"""In one file of seventy, or more."""

_OFTEN = """
    about above absolute abstract abstractmethod access active actual add_argument added addr aliases allow also
    another api appear apply argtypes argv asdict assertionerror attr_name author auto awaitable back base64 based
    baseexception between binary bind bit bits blocking blue boolean bottom bound boundary box buf build builtin
    button byref byte bytearray bytesio c_char_p c_int cached cached_property calendar called cancelled capitalize
    cause ceil change changed changes channel character chars charset checked chmod choice choices chr chunk chunks
    class_name classes clean cleanup closed cmd codecs col collect columns commands comment comments commit common
    compare compatible compiler complete component components compress condition configuration configured connected
    connections const containing content_type control convert converter coroutine correct counter create_task
    created creating ctx cursor custom database day days dec decimal decorator deepcopy defaultdict define defined
    definition delattr delay deleted delitem delta dependencies depth deque desc details detected determine
    dictionary did difference different digest digits dim direct directories dirs disable disabled discard dispatch
    display distutils docs document don done double down dry_run due dummy dump duplicate duration during element
    elements enable enabled engine entity entries env environment equal errno eval exact example exc_value exclude
    exec executable existing exp expr expressions extension extensions fail fallback false feature features feed
    file_name file_path filenames fileno filenotfounderror filters final fix flag flatten fmt fname following for
    force formats fragment frame from from_iterable fromkeys frozen full func_name functional generate generator
    generic getcwd getstate glob globals greater green handlers hashlib head helpers here hex hexdigest hint home
    hostname hour hours href httperror ignorecase ignored image implementation indices information initial
    initialize inline inside install instances interface intersection interval ioerror is_closed isatty isdigit
    isfile isn issue iterator its keyboardinterrupt keywords klass labels lang language lazy less lib libraries like
    listdir listen lists literal loaded locale localhost login long longer lookuperror make makedirs matches
    matching math md5 member memo memory memoryview metadata metavar methods methodtype minute minutes mkdir
    modified module_name moduletype monotonic month most move mro mul multi namedtuple nargs need needs negative
    nested netloc network never newer newline nodes normal normalize normpath not notify notimplemented num numbers
    numeric occurred off old once operations ops opt ord orig original otherwise over overflowerror override page
    param parameters parents partition passed pathlib patterns pickle pid pipe plain platforms point pointer
    positive posixpath post power pprint pre precision predicate prepare previous product prompt properties provide
    proxy push put qualname queue raised random raw reader readline real realpath received record recursive red ref
    reference references registered relative release remote removed rename render repeat report requests require
    resolve resource resources resp rest restype ret returned returns retval rgb right rlock rows rpartition rsplit
    runner runtimewarning safe sample saved schema scheme scope script section see seek seen selected selector
    sentinel separated seq sequences serial setstate setting shape shell show shutdown shutil sig sign signal
    signals signature since single site skip skipped skipping some sources span spec specific speed splitext ssl
    stack started starting stat statement states static status_code stdin step stopped storage store strftime
    strings struct subclass subclasses subject subtype success summary supports suppress sure switch syntax tags
    takes targets task tasks tell temp tempfile testcase testing tests them then there thread through timeouterror
    timer timestamp timezone tmp tokens too top total total_seconds trace translate transport tree truncate try
    trying tuples two txt typevar tzinfo uid unexpected unicodedecodeerror union unique unit units unittest unlink
    unpack unquote unsupported until updated uri urlparse utc utf8 validate vals variables vars vendor verbose
    version_info via view walk want weakref were what white window within word words work would wrap writer x00 xa0
    xml yes yet zero zone
"""
"""In one file of two hundred, or more."""


_WEIGHTS = {**dict.fromkeys(_OFTEN.split(), 0.4), **dict.fromkeys(_EVERYWHERE.split(), 0.1)}
_SHORT = 3
_SUBWORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[0-9]+")


def rarity(name: str) -> float:
    """How much it says that two pieces of code have a name in common, from 0 to 1."""
    word = name.strip("_").lower()
    return 0.1 if len(word) < _SHORT else _WEIGHTS.get(word, 1.0)


def subwords(name: str) -> list[str]:
    """The words that a name is made of, in small letters: `getUserId` and `get_user_id` are made of the same."""
    return [word.lower() for word in _SUBWORD.findall(name)]


def compound_rarity(name: str) -> float:
    """`rarity` of a name that its author put together: that of its rarest word, and more where several say something.

    `to_dict` says as little as `dict`, however few programs have it.
    """
    weights = sorted(map(rarity, subwords(name)), reverse=True)
    if not weights:
        return 0.1
    return min(1.0, weights[0] + sum(weights[1:]) / 4)
