"""A quote as ``baoquan item quote`` prints it: possible or not and why, papers, limits, money."""

from api.cli.connection import Document
from api.cli.printing import say


def print_quote(found: Document) -> None:
    """Print a quote for a person."""
    word = "possible" if found["possible"] else "not possible"
    say(f"{found['item']} on {found['policyNo']} by {found['role']} {found['partyId']}: {word}.")
    say(f"  not binding; worked out for {found['validOn']} at policy version"
        f" {found['policyVersion']}, by {found['process']} v{found['processVersion']}")  # fmt: skip
    _rules(found)
    _papers(found)
    for each in found["consents"]:
        say(f"  consent   {each['role']} {each['partyId']}")
    for each in found["limits"]:
        say(
            f"  limit     {each['rule']} due {each['dueOn']}, from the {each['countsFrom'].lower()}"
        )
    if found["authority"]:
        say(f"  authority {_authority(found['authority'])}")
    for name, value in found["figures"].items():
        say(f"  {name:<20} {value}")
    if found["quote"]:
        _money(found["quote"])
    if found["undecided"]:
        say(f"  not known yet: {', '.join(found['undecided'])}")


def _rules(found: Document) -> None:
    for each in found["rules"]:
        basis = f" ({each['legalBasis']})" if each["legalBasis"] else ""
        told = "kept" if each["kept"] else ", ".join(each["reasons"])
        say(f"  rule      {each['rule']}: {told}{basis}", fg=None if each["kept"] else "red")
    for each in found["casesAhead"]:
        say(f"  in flight {each['caseId']} {each['item']}: {each['rule']}", fg="red")


def _papers(found: Document) -> None:
    for each in found["papers"]:
        wanted = [
            f"{paper['type']} ({paper['form']}{', held' if paper['held'] else ''}"
            f"{'' if paper['mandatory'] else ', if there is one'})"
            for paper in each["documents"]
        ]
        if wanted:
            say(f"  papers    {each['channel']}: {', '.join(wanted)}")


def _authority(needed: Document) -> str:
    if needed["straightThrough"]:
        return "none at low risk: it goes straight through"
    by = ", ".join(dict.fromkeys((needed["checkerLevel"], *needed["approverLevels"])))
    desks = f", and {', '.join(needed['functions'])}" if needed["functions"] else ""
    call = ", with a call-back" if needed["callBack"] else ""
    return f"{by}{desks} at low risk{call}"


def _money(quote: Document) -> None:
    say(f"  {quote['basis']}:")
    for line in quote["lines"]:
        say(f"    {line['sign']} {line['amount']:>14}  {line['label']}")
    say(f"    = {quote['net']:>14}  (premiums paid {quote['premiumsPaid']})")
