"""Tokens that must not be believed, and the few that must."""

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, KeySet, RSAKey

from api.auth import MAX_TOKEN, Caller, DevelopmentIssuer, TokenVerifier, key_digest, read_key_set
from api.problems import Problem

NOW = datetime(2026, 10, 12, 4, tzinfo=UTC)
KEY = ECKey.generate_key("P-256", {"kid": "ours", "use": "sig", "alg": "ES256"})
FOREIGN = ECKey.generate_key("P-256", {"kid": "ours", "use": "sig", "alg": "ES256"})
ISSUER = DevelopmentIssuer(
    KEY.as_dict(private=True), issuer="baoquan-dev", audience="baoquan", now=lambda: NOW
)
VERIFIER = TokenVerifier(
    ISSUER.key_set(),
    issuer="baoquan-dev",
    audience="baoquan",
    now=lambda: NOW,
    system_keys={key_digest("the-bank's-key"): "bank"},
)
_SECOND = int(NOW.timestamp())
CLAIMS = {
    "iss": "baoquan-dev",
    "aud": "baoquan",
    "sub": "lead-1",
    "roles": ["supervisor"],
    "iat": _SECOND,
    "exp": _SECOND + 600,
}


def signed(header=None, key=KEY, without=(), **changes) -> str:
    claims = {name: value for name, value in CLAIMS.items() if name not in without}
    return jwt.encode({"alg": "ES256", "kid": "ours", **(header or {})}, {**claims, **changes}, key)


def segment(content: object) -> str:
    text = content if isinstance(content, bytes) else json.dumps(content).encode()
    return base64.urlsafe_b64encode(text).decode().rstrip("=")


def refuses(token: str) -> bool:
    with pytest.raises(Problem) as caught:
        VERIFIER.caller(token)
    assert caught.value.status == 401
    assert caught.value.code == "unauthenticated"
    return True


def test_a_sound_token_names_its_caller():
    caller = VERIFIER.caller(signed())

    assert caller == Caller(subject="lead-1", roles=frozenset(("supervisor",)))


def test_an_issued_token_is_believed():
    assert VERIFIER.caller(ISSUER.token("ops-1", ["ops"])).roles == {"ops"}


def test_an_issued_token_lives_an_hour():
    claims = json.loads(base64.urlsafe_b64decode(ISSUER.token("a", []).split(".")[1] + "=="))

    assert claims["exp"] - claims["iat"] == 3600


@pytest.mark.parametrize("algorithm", ["none", "None", "NoNe", "NONE", "HS256", "ES512", "", None])
def test_an_algorithm_of_the_tokens_choice_is_refused(algorithm):
    head, body, mark = signed().split(".")
    forged = segment({"alg": algorithm, "kid": "ours"})

    assert refuses(f"{forged}.{body}.{mark}")
    assert refuses(f"{forged}.{body}.")
    assert refuses(f"{head}.{body}.")


def test_the_public_key_is_no_secret_to_sign_with():
    public = json.dumps(KEY.as_dict(private=False)).encode()
    for secret in (public, KEY.as_pem(private=False)):
        content = f"{segment({'alg': 'HS256', 'kid': 'ours'})}.{segment(CLAIMS)}"
        mark = hmac.new(secret, content.encode(), hashlib.sha256).digest()

        assert refuses(f"{content}.{segment(mark)}")


def test_a_foreign_key_of_our_name_is_refused():
    assert refuses(signed(key=FOREIGN))


def test_a_foreign_key_of_another_kind_is_refused():
    stranger = RSAKey.generate_key(2048)

    assert refuses(jwt.encode({"alg": "RS256", "kid": "ours"}, CLAIMS, stranger))


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": FOREIGN.as_dict(private=False)},
        {"jku": "https://evil.example/keys.json"},
        {"x5u": "https://evil.example/cert.pem"},
    ],
)
def test_a_key_brought_along_is_not_used(header):
    assert refuses(signed(header, key=FOREIGN))


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' OR 1=1 --", "", "theirs", "\u0000", 7, None, ["ours"]]
)
def test_an_unknown_key_id_is_refused(kid):
    head = segment({"alg": "ES256", "kid": kid})
    _, body, mark = signed(key=FOREIGN).split(".")

    assert refuses(f"{head}.{body}.{mark}")


def test_a_critical_header_nobody_knows_is_refused():
    head = segment({"alg": "ES256", "kid": "ours", "crit": ["b64"], "b64": False})
    _, body, mark = signed().split(".")

    assert refuses(f"{head}.{body}.{mark}")


@pytest.mark.parametrize("kind", ["logout+jwt", "id+jwt", "dpop+jwt", "JWE", ""])
def test_another_kind_of_token_is_refused(kind):
    assert refuses(signed({"typ": kind}))


@pytest.mark.parametrize("header", [{}, {"typ": "JWT"}, {"typ": "at+jwt"}])
def test_an_access_token_is_taken(header):
    assert VERIFIER.caller(signed(header)).subject == "lead-1"


def test_a_key_serves_its_own_algorithm_alone():
    head = segment({"alg": "RS256", "kid": "ours"})
    _, body, mark = signed().split(".")

    assert refuses(f"{head}.{body}.{mark}")


@pytest.mark.parametrize("claim", ["iss", "aud", "sub", "roles", "iat", "exp"])
def test_every_claim_is_required(claim):
    assert refuses(signed(without=(claim,)))


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "somebody-else"},
        {"iss": ["baoquan-dev"]},
        {"aud": "another-service"},
        {"aud": ["baoquan", "another-service"]},
        {"exp": _SECOND - 31},
        {"exp": _SECOND + 3601},
        {"exp": 10**18},
        {"exp": "tomorrow"},
        {"exp": True},
        {"exp": None},
        {"exp": float("inf")},
        {"exp": float("nan")},
        {"iat": _SECOND + 31, "exp": _SECOND + 600},
        {"iat": "now"},
        {"iat": 0},
        {"nbf": _SECOND + 31},
        {"nbf": "soon"},
        {"nbf": None},
        {"nbf": {}},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 121},
        {"sub": "lead\n1"},
        {"sub": "lead\u202e1"},
        {"roles": "admin"},
        {"roles": {"admin": True}},
        {"roles": ["admin", 7]},
        {"roles": [["admin"]]},
    ],
)
def test_a_claim_that_is_not_as_it_must_be_is_refused(changes):
    assert refuses(signed(**changes))


@pytest.mark.parametrize("changes", [{"exp": _SECOND - 29}, {"iat": _SECOND + 29}])
def test_clocks_may_differ_by_half_a_minute(changes):
    assert VERIFIER.caller(signed(**changes)).subject == "lead-1"


def test_a_changed_claim_breaks_the_signature():
    head, _, mark = signed().split(".")

    assert refuses(f"{head}.{segment({**CLAIMS, 'roles': ['admin']})}.{mark}")


@pytest.mark.parametrize("cut", [1, 10, 60, 85])
def test_a_truncated_signature_is_refused(cut):
    assert refuses(signed()[:-cut])


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "...",
        "a.b.c.d.e",
        "\u4fdd\u5168.\u4fdd\u5168.\u4fdd\u5168",
        f"{segment([])}.{segment({})}.AAAA",
        f"{segment(b'null')}.{segment({})}.AAAA",
        f"{segment(b'{')}.{segment({})}.AAAA",
        f"{segment(bytes([255, 254]))}.{segment({})}.AAAA",
        f"{segment(b'[' * 5000)}.{segment({})}.AAAA",
        f"{segment({'alg': 'ES256', 'kid': 'ours'})}.{segment(b'[' * 4000)}.AAAA",
        "x" * (MAX_TOKEN + 1),
        "x." * 100_000,
    ],
)
def test_what_is_no_token_is_refused(token):
    assert refuses(token)


@pytest.mark.parametrize("content", [b"[]", b"null", b"7", b'"admin"', b"{", b"[" * 3000])
def test_signed_content_that_is_no_claims_is_refused(content):
    assert refuses(jws.serialize_compact({"alg": "ES256", "kid": "ours"}, content, KEY))


def test_the_clock_of_the_machine_decides_on_expiry():
    late = TokenVerifier(
        ISSUER.key_set(),
        issuer="baoquan-dev",
        audience="baoquan",
        now=lambda: NOW + timedelta(hours=2),
    )

    with pytest.raises(Problem):
        late.caller(signed())


def test_a_systems_key_names_its_account_alone():
    caller = VERIFIER.caller("the-bank's-key")

    assert caller == Caller(subject="bank", roles=frozenset(("system",)))


@pytest.mark.parametrize("key", ["the-bank's-ke", "the-bank's-key ", "The-bank's-key"])
def test_nearly_a_systems_key_is_refused(key):
    assert refuses(key)


def test_keys_of_an_identity_provider_are_read_from_its_file(tmp_path):
    path = tmp_path / "keys.json"
    rsa = RSAKey.generate_key(2048, {"kid": "theirs", "alg": "RS256", "use": "sig"})
    path.write_text(json.dumps(KeySet([rsa]).as_dict(private=False)))
    verifier = TokenVerifier(
        read_key_set(path), issuer="baoquan-dev", audience="baoquan", now=lambda: NOW
    )

    token = jwt.encode({"alg": "RS256", "kid": "theirs"}, CLAIMS, rsa)

    assert verifier.caller(token).subject == "lead-1"
