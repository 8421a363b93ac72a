"""`manage.py up` with real processes: one data folder, started twice."""

import json
import signal
import socket
import stat
import urllib.request

import psutil
import pytest

from tests.local.running import LONG, Up, command, free_port, left_over, wait


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("up") / "var"


@pytest.fixture(scope="module")
def port():
    return free_port()


@pytest.fixture(scope="module")
def up(folder, port):
    running = Up(folder, "--port", str(port))
    yield running
    if running.popen.poll() is None:
        running.stop(signal.SIGTERM)


def test_it_answers_at_the_address_it_prints(up, port):
    address = up.wait_until_ready()
    assert address == f"http://127.0.0.1:{port}/"
    with urllib.request.urlopen(f"{address}healthz", timeout=30) as response:
        assert response.status == 200


def test_only_the_owner_can_read_keys_and_addresses(up, folder):
    up.wait_until_ready()
    private = [
        folder / "keys/secret-key",
        folder / "keys/deid-key",
        folder / "keys/reidentification-key",
        folder / "running.json",
    ]
    private += [path for path in [folder / "demo-accounts.txt"] if path.exists()]
    assert [stat.S_IMODE(path.stat().st_mode) for path in private] == [0o600] * len(private)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_no_server_listens_on_a_port(up):
    up.wait_until_ready()
    ports = {
        listening.laddr.port
        for process in up.processes()
        for listening in process.net_connections("tcp")
        if listening.status == psutil.CONN_LISTEN
    }
    assert len(ports) == 1


def test_a_second_one_says_that_it_runs_already(up, folder):
    address = up.wait_until_ready()
    second = command(folder, "up")
    assert second.returncode == 0
    assert f"already running at {address}" in second.stdout


def test_a_django_command_uses_the_running_database(up, folder):
    up.wait_until_ready()
    told = command(folder, "shell", "-c", "from django.db import connection; print(connection.settings_dict['HOST'])")
    assert told.returncode == 0, told.stderr
    assert str(folder / "postgres") in json.loads((folder / "running.json").read_text())["database_url"]


def test_a_killed_worker_is_started_again(up):
    up.wait_until_ready()
    worker = up.find("annotation_site.local.worker")
    family = [worker, *worker.children(recursive=True)]
    worker.kill()
    assert wait(lambda: up.text().count(" ready.") > 1, LONG)
    assert not any(process.is_running() for process in family)


def test_term_leaves_no_process_and_the_same_data_comes_up_again(up, folder, port):
    up.wait_until_ready()
    processes = up.processes()
    key = (folder / "keys/deid-key").read_text()
    assert up.stop(signal.SIGTERM) == 0
    assert left_over(processes, folder) == []
    assert (folder / "keys/deid-key").read_text() == key

    again = Up(folder, "--port", str(port))
    again.wait_until_ready()
    processes = again.processes()
    assert len(processes) > 8
    again.stop(signal.SIGKILL)
    assert wait(lambda: not left_over(processes, folder), 10), left_over(processes, folder)


def test_a_taken_port_is_refused_with_a_sentence(tmp_path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        taken = other.getsockname()[1]
        refused = command(tmp_path / "var", "up", "--port", str(taken))
    assert refused.returncode == 1
    assert f"Port {taken} of 127.0.0.1 cannot be used" in refused.stdout
    assert "Traceback" not in refused.stdout + refused.stderr


def test_stop_says_that_nothing_runs(tmp_path):
    told = command(tmp_path / "var", "stop")
    assert (told.returncode, told.stdout) == (0, "nothing is running\n")
