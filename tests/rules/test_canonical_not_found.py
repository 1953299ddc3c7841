from harness import check


def test_paths_that_lead_nowhere():
    check(
        """
    #- ssot.toml
    [concepts.user]
    canonical = "app.modles.User"
    #           ^^^^^^^^^^^^^^^^^ SSOT402 `app.modles.User` does not exist; did you mean `app.models.User`?
    [concepts.b]
    canonical = "app.models.Usr"
    #           ^^^^^^^^^^^^^^^^ SSOT402 `app.models.Usr` does not exist: `app.models` has no `Usr`; did you mean `app.models.User`?
    [concepts.c]
    canonical = "enum.StrEmun"
    #           ^^^^^^^^^^^^^^ SSOT402 `enum.StrEmun` does not exist
    [concepts.d]
    canonical = "enum.Enum"
    [concepts.e]
    canonical = "acme.platform.Client"
    [[concepts.b.deprecated]]
    path = "app.gone.User"
    use = "app.models.Nothing"
    #     ^^^^^^^^^^^^^^^^^^^^ SSOT402 `app.models.Nothing` does not exist: `app.models` has no `Nothing`
    #- app/__init__.py
    #- app/models.py
    class User: ...
    #- app/x.py
    from app.gone import User
    #                    ^^^^ SSOT101 `app.gone.User` is deprecated, use `app.models.Nothing`
    User()
    #<^^^^ SSOT103 `User` is deprecated, construct `app.models.Nothing`
    """
    )


def test_a_top_level_name_that_is_nearly_one_of_ours():
    check(
        """
    #- ssot.toml
    [concepts.user]
    canonical = "ap.models.User"
    #           ^^^^^^^^^^^^^^^^ SSOT402 `ap.models.User` does not exist; did you mean `app.models.User`?
    [concepts.bare]
    canonical = "Account"
    #           ^^^^^^^^^ SSOT402 `Account` does not exist; did you mean `app.models.Account`?
    #- app/__init__.py
    #- app/models.py
    class User: ...
    class Account: ...
    """
    )


def test_bans_of_what_is_not_there():
    check(
        """
    #- ssot.toml
    [[bans]]
    call = "prnt"
    #      ^^^^^^ SSOT402 `prnt` does not exist; did you mean `print`?
    [[bans]]
    call = "app.log.sya"
    #      ^^^^^^^^^^^^^ SSOT402 `app.log.sya` does not exist: `app.log` has no `sya`; did you mean `app.log.say`?
    use = "app.log.sy"
    #     ^^^^^^^^^^^^ SSOT402 `app.log.sy` does not exist: `app.log` has no `sy`; did you mean `app.log.say`?
    in = ["apps/", "app/"]
    #     ^^^^^^^ SSOT402 `apps/` names no file of the workspace
    except = ["legacy/"]
    [[bans]]
    call = "requests"
    [[bans]]
    call = "acme.platform.call"
    #- app/__init__.py
    #- app/log.py
    def say(): ...
    """
    )
