from dataclasses import replace

from workflows.contracts.catalogue import CONTRACTS
from workflows.host.contracts import InHouse, contract_of


def test_the_catalogue_is_in_house() -> None:
    assert {type_: contract_of(type_) for type_ in CONTRACTS} == dict(CONTRACTS)
    assert contract_of("pricing") is None


def test_other_contracts_can_be_installed() -> None:
    type_, contract = next(iter(CONTRACTS.items()))
    in_house = InHouse(CONTRACTS)

    in_house.install({type_: replace(contract, runs="remote")})

    found = in_house.get(type_)
    assert found is not None
    assert found.runs == "remote"
    assert all(in_house.get(other) is None for other in CONTRACTS if other != type_)
