"""Servers that are measured: ours, and those of others on the same bytes, tiles or rasters. Asks them nothing."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.peers import PeerError, Worker, environment
from benchmarks.tiles.cluster import Cluster, cluster

__all__ = ["lane_on_granian", "lane_on_uvicorn", "nginx", "ours", "resident_mb", "tileserver", "tipg", "titiler"]

_PATIENCE_S = 240.0
_TILESERVER = "5.6.0"
_MAKER = "rdtr.service.worker:make"
_WORKERS = Path(__file__).parent.parent / "workers"
_NGINX = """
worker_processes 1; daemon off; pid {home}/nginx.pid; error_log {home}/nginx.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; sendfile on; tcp_nopush on; keepalive_requests 100000000; open_file_cache max=100000 inactive=1h;
  client_body_temp_path {home}/tmp; types {{ application/vnd.mapbox-vector-tile mvt; }}
  server {{ listen 127.0.0.1:{port}; root {home}/files; etag on;
    location / {{ add_header Content-Encoding gzip; add_header Access-Control-Allow-Origin *;
      add_header Cache-Control "public, max-age=31536000, immutable"; }} }}
}}
"""


@contextmanager
def _started(command: Sequence[str | Path], port: int, ready: str, environ: Mapping[str, str] = {}) -> Iterator[int]:
    """Run a server; wait until an address answers; give its process id."""
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(
        list(map(str, command)), env={**os.environ, **environ}, stdout=quiet, stderr=quiet, start_new_session=True
    )
    try:
        end = time.monotonic() + _PATIENCE_S
        while not _answers(f"http://127.0.0.1:{port}{ready}"):
            if process.poll() is not None or time.monotonic() > end:
                raise PeerError("did not start")
            time.sleep(0.1)
        yield process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return bool(answer.status < 400)
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False


def _port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ours(plans: Path, cache: Path, *, workers: int = 1, **settings: int) -> Iterator[tuple[str, int]]:
    """Serve a folder of plans; give address and process id, of several workers that of the one who watches them."""
    port = _port()
    code = "from rdtr.cli import main; main()"
    environ = _settings(cache, **settings)
    command = [sys.executable, "-c", code, "serve", plans, "--port", str(port), "--workers", str(workers)]
    with _started(command, port, "/readyz", environ) as pid:
        yield f"http://127.0.0.1:{port}", pid


def _settings(cache: Path, **settings: object) -> dict[str, str]:
    given = {"rate_per_minute": 0, "cache": cache, **settings}
    return {f"RDTR_{name.upper()}": str(value) for name, value in given.items()}


@contextmanager
def lane_on_uvicorn(plans: Path, cache: Path) -> Iterator[str]:
    """Serve the same application with uvicorn's own protocol, so that tiles take the lane above it."""
    port = _port()
    command = [sys.executable, "-m", "uvicorn", _MAKER, "--factory", "--http", "httptools", "--loop", "uvloop"]
    more = ["--no-access-log", "--log-level", "critical", "--port", str(port)]
    with _started([*command, *more], port, "/readyz", _settings(cache, folder=plans)):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def lane_on_granian(plans: Path, cache: Path, folder: Path) -> Iterator[str]:
    """Serve the same application with granian."""
    python, port = environment("granian", folder), _port()
    ours = os.pathsep.join([str(_WORKERS.parent.parent), *(path for path in sys.path if "site-packages" in path)])
    command = [python, "-m", "granian", "--interface", "asgi", "--factory", "--workers", "1", "--loop", "uvloop"]
    more = ["--no-ws", "--http", "1", "--log-level", "critical", "--port", str(port), _MAKER]
    with _started([*command, *more], port, "/readyz", {**_settings(cache, folder=plans), "PYTHONPATH": ours}):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def nginx(files: Mapping[str, bytes], home: Path) -> Iterator[str]:
    """Serve compressed files by path with one worker."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        raise PeerError("not measured: needs the Debian package nginx-light")
    shutil.rmtree(home, ignore_errors=True)
    for path, data in files.items():
        place = home / "files" / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    home.chmod(0o755)
    port = _port()
    (home / "nginx.conf").write_text(f"user root;{_NGINX.format(home=home, port=port)}", encoding="utf-8")
    with _started([program, "-c", home / "nginx.conf"], port, "/"):
        yield f"http://127.0.0.1:{port}"


@contextmanager
def tileserver(archive: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Serve an archive with tileserver-gl-light; give its address and the template of its tiles."""
    home = folder / "env-tileserver"
    program = home / "node_modules" / "tileserver-gl-light" / "src" / "main.js"
    if not program.exists():
        npm = shutil.which("npm")
        if npm is None:
            raise PeerError("not measured: needs npm")
        home.mkdir(parents=True, exist_ok=True)
        # its scripts would build SQLite, which tiles out of PMTiles do not need: a stand-in is enough to load the module
        command = [npm, "install", "--ignore-scripts", "--no-audit", "--no-fund", f"tileserver-gl-light@{_TILESERVER}"]
        (home / "package.json").write_text('{"name": "peer", "version": "1.0.0"}', encoding="utf-8")
        if subprocess.run(command, cwd=home, capture_output=True, check=False).returncode:
            raise PeerError("not installed: npm could not")
        binding = home / "node_modules" / "sqlite3" / "lib" / "sqlite3.js"
        binding.write_text(
            "const m = {verbose() { return m; }, Database: class {}}; module.exports = m;", encoding="utf-8"
        )
    port = _port()
    paths = dict.fromkeys(("fonts", "sprites", "styles", "pmtiles", "mbtiles"), "")
    about = {"options": {"paths": {"root": str(archive.parent), **paths}}, "data": {"city": {"pmtiles": archive.name}}}
    said = archive.with_name("tileserver.json")
    said.write_text(json.dumps(about), encoding="utf-8")
    command = [shutil.which("node") or "node", str(program), "--config", str(said), "--bind", "127.0.0.1"]
    with _started([*command, "--port", str(port)], port, "/health"):
        url = f"http://127.0.0.1:{port}"
        with urllib.request.urlopen(f"{url}/data.json", timeout=10) as answer:
            template = json.load(answer)[0]["tiles"][0]
        yield url, "/" + template.split("/", 3)[3].partition("?")[0]


@contextmanager
def tipg(zones: Path, folder: Path) -> Iterator[tuple[str, str]]:
    """Serve a table of PostGIS with tipg; give its address and the template of its tiles."""
    python, loader = environment("tipg", folder), environment("postgis", folder)
    with cluster() as server:
        with Worker.start("PostGIS", "postgis_worker.py", loader) as worker:
            worker.ask(60.0, do="connect", socket=server.socket, port=server.port, user=server.user)
            worker.load(zones=zones)
        _index(server)
        port, host = _port(), server.socket.replace("/", "%2F")
        environ = {"DATABASE_URL": f"postgresql://{server.user}@{host}:{server.port}/postgres"}
        with _started([python, "-m", "uvicorn", "tipg.main:app", "--port", str(port), "--log-level", "critical"], port,
                      "/healthz", environ):  # fmt: skip
            yield f"http://127.0.0.1:{port}", "/collections/public.zones/tiles/WebMercatorQuad/{z}/{x}/{y}"


def _index(server: Cluster) -> None:
    psql = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/psql"), reverse=True)))
    made = "CREATE INDEX ON zones USING gist (geom); CLUSTER zones USING zones_geom_idx; ANALYZE zones"
    command = [str(psql), "-h", server.socket, "-p", str(server.port), "-U", server.user, "-d", "postgres"]
    subprocess.run([*command, "-c", made.split(";")[0], "-c", made.split(";")[1], "-c", made.split(";")[2]], check=True,
                   capture_output=True)  # fmt: skip


@contextmanager
def titiler(folder: Path) -> Iterator[str]:
    """Serve rasters with titiler-core."""
    python, port = environment("titiler-http", folder), _port()
    environ = {
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_CACHEMAX": "200", "VSI_CACHE": "TRUE",
        "GDAL_HTTP_MERGE_CONSECUTIVE_RANGES": "YES", "PYTHONPATH": str(_WORKERS),
    }  # fmt: skip
    command = [python, "-m", "uvicorn", "titiler_app:app", "--port", str(port), "--log-level", "critical"]
    with _started(command, port, "/openapi.json", environ):
        yield f"http://127.0.0.1:{port}"


def resident_mb(pid: int) -> float:
    """Return the memory that a process holds now."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS")) / 1024
