"""A receiver of webhooks on this machine, and names that lead where a test wants."""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Receiver:
    """A receiver that remembers what it got.

    Parameters
    ----------
    port
        Where it listens, on 127.0.0.1 (and ::1 where asked).
    answers
        Status and headers of the next answers, in turn; afterwards 204.
    drip_s
        Seconds between the bytes of its answers.
    """

    port: int = 0
    answers: list[tuple[int, Mapping[str, str]]] = field(default_factory=list)
    drip_s: float = 0.0
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}/hook?x=1"


@contextmanager
def receiver(host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Give a receiver that listens on a free port."""
    one = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def setup(self) -> None:
            one.connections += 1
            super().setup()

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            one.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = one.answers.pop(0) if one.answers else (204, {})
            head = f"HTTP/1.1 {status} x\r\n" + "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            for sign in f"{head}\r\n":
                self.wfile.write(sign.encode())
                if one.drip_s:
                    self.wfile.flush()
                    sleep(one.drip_s)

        def handle(self) -> None:
            try:
                super().handle()
            except OSError:  # the sender hung up
                self.close_connection = True

        def log_message(self, *_parts: Any) -> None:  # noqa: ANN401 - the library's signature
            pass

    server = ThreadingHTTPServer((host, 0), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    one.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Names:
    """A resolver of names that leads each to addresses in turn, and remembers what it was asked."""

    addresses: Mapping[str, Sequence[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, _port: int) -> Sequence[str]:
        """Return the next addresses of a name; the last ones again when there are no more."""
        turns = self.addresses.get(host, [()])
        place = min(self.asked.count(host), len(turns) - 1)
        self.asked.append(host)
        return turns[place]


def certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what a server with a certificate of its own needs, and what a client that trusts it needs."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    begins = datetime.now(UTC) - timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begins)
        .not_valid_after(begins + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    pem.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(pem)
    client = ssl.create_default_context(cadata=made.public_bytes(serialization.Encoding.PEM).decode())
    return server, client
