"""The seven services, made from their packages by name."""

from importlib import import_module

from partline.wiring.resources import Resources
from shared.service import Service


def create_service(name: str, resources: Resources) -> Service:
    """The service `name`, on its own database."""
    module = import_module(f"subgraphs.{name}.main")
    service: Service = module.create(resources.runtime(name))
    return service
