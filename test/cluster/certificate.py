"""Writes a certificate for 127.0.0.1, and its key, to the folder that is given."""

import sys
from pathlib import Path

from distributed.security import Security

security = Security.temporary()
folder = Path(sys.argv[1])
(folder / "certificate.pem").write_text(security.tls_client_cert)
(folder / "key.pem").write_text(security.tls_client_key)
