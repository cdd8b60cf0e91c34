"""`rotative web`: web workers alone, for a machine whose publisher runs elsewhere or by itself."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from rotative.management.commands import serve


class Command(BaseCommand):
    help = "Serve stored pages and the newsroom, without the publisher. `rotative serve` includes both."

    def add_arguments(self, parser: CommandParser) -> None:
        serve.add_web_arguments(parser)

    def handle(self, *, host: str, port: str, workers: str, **options: Any) -> None:
        number = serve.parse_port(port)
        serve.serve(serve.find_free_address(host, number), number, serve.parse_workers(workers), with_publisher=False)
