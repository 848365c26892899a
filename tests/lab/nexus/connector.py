"""The connectors of Docker repositories: for each a real docker-registry that lets in whom Nexus would let in."""

import os
import subprocess

from state import listen

CONFIG = """version: 0.1
log: {{ level: error }}
storage:
  filesystem: {{ rootdirectory: {data} }}
  delete: {{ enabled: true }}
http: {{ addr: "{address}", secret: lab }}
{auth}"""
AUTH = 'auth: {{ htpasswd: {{ realm: "Sonatype Nexus Repository Manager", path: {users} }} }}\n'


class Connectors:
    def __init__(self, folder):
        self.folder = folder
        self.running = {}

    def follow(self, state):
        """Makes them what the settings say. Before its licence is accepted, Nexus takes and gives no image."""
        licensed = state.minor < 77 or state.eula
        wanted = {}
        for name, repository in state.repositories.items():
            port, docker = repository["docker"]["httpPort"], repository["docker"]
            is_open = state.anonymous["enabled"] and not docker["forceBasicAuth"] and "DockerToken" in state.realms
            if port and repository["online"] and licensed:
                wanted[name] = (port, is_open)
                self.write_users(state, name)
        for name in [name for name, (how, _) in self.running.items() if wanted.get(name) != how]:
            _, process = self.running.pop(name)
            process.kill()
            process.wait()
        for name, how in wanted.items():
            if name not in self.running:
                self.running[name] = (how, self.start(name, *how))

    def users_file(self, name):
        return os.path.join(self.folder, f"{name}.users")

    def write_users(self, state, name):
        lines = ""
        for user, password in state.passwords.items():
            if state.may_use(user, name):
                made = subprocess.run(["htpasswd", "-niBC", "4", user], input=password.encode(), capture_output=True, check=True)
                lines += made.stdout.decode().strip() + "\n"
        with open(self.users_file(name), "w", encoding="utf-8") as file:
            file.write(lines)

    def start(self, name, port, is_open):
        address = "%s:%d" % listen(port)
        data = os.path.join(self.folder, "blobs", name)
        auth = "" if is_open else AUTH.format(users=self.users_file(name))
        config = os.path.join(self.folder, f"{name}.yml")
        with open(config, "w", encoding="utf-8") as file:
            file.write(CONFIG.format(data=data, address=address, auth=auth))
        # It ends with the thread that started it.
        words = ["setpriv", "--pdeathsig", "KILL", "--", "docker-registry", "serve", config]
        return subprocess.Popen(words, stdin=subprocess.DEVNULL)
