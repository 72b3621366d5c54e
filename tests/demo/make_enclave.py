"""Fixture: makes the demo enclave that the other tests of this folder serve."""
import enclave

enclave.make()
