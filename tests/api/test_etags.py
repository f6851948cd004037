"""Which If-None-Match names which tag."""

import pytest

from api.etags import etag_of, is_known


@pytest.mark.parametrize(
    "header", ["{tag}", '"other", {tag}', "*", "{strong}", ' W/"a" ,{tag} ', '"' + "x" * 9_000 + '",{tag}']
)
def test_a_client_that_has_the_data_is_recognized(header):
    tag = etag_of(b"data")
    assert is_known(tag, header.format(tag=tag, strong=tag.removeprefix("W/")))


@pytest.mark.parametrize("header", ["", '"other"', 'W/"other"', ",,,", "data", '"' + "," * 10_000])
def test_a_client_that_has_other_data_is_not(header):
    assert not is_known(etag_of(b"data"), header)


def test_other_data_have_another_tag():
    assert etag_of(b"data") == etag_of(b"data") != etag_of(b"Data")
