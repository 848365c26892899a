"""What a Nexus is told and tells: settings, repositories, roles and users, each checked as Nexus checks it."""

import json
import os
import re
import uuid

DISCLAIMER = (
    "Use of Sonatype Nexus Repository - Community Edition is governed by the End User License Agreement at "
    "https://links.sonatype.com/products/nxrm/ce-eula. By returning the value from ‘accepted:false’ to ‘accepted:true’, "
    "you acknowledge that you have read and agree to the End User License Agreement at "
    "https://links.sonatype.com/products/nxrm/ce-eula."
)
REALMS = ["NexusAuthenticatingRealm", "NexusAuthorizingRealm", "DockerToken", "LdapRealm", "NpmToken"]
KEPT = ["anonymous", "stores", "repositories", "realms", "roles", "users", "passwords", "eula"]


class Refusal(Exception):
    """An answer that is no success: its status and its body."""

    def __init__(self, status, body):
        super().__init__(status)
        self.status, self.body = status, body


def listen(port):
    """Where to listen for a port of the container."""
    mapped = dict(it.split("=", 1) for it in os.environ.get("NEXUS_LAB_LISTEN", "").split())
    host, _, port = mapped.get(str(port), f":{port}").rpartition(":")
    return host or "0.0.0.0", int(port)


def flaw(field, message):
    return Refusal(400, [{"id": field, "message": message}])


def check(document, fields, optional=()):
    """Exactly these fields, each of its type; an optional one may be null or missing."""
    if not isinstance(document, dict):
        raise flaw("PARAMETER arg0", "must not be null")
    for name in document:
        if name not in fields and name not in optional:
            raise flaw(f"PARAMETER {name}", "is not a field of this document")
    for name, kind in fields.items():
        value = document.get(name)
        if value is None or value == "" or (kind is list and not value):
            raise flaw(f"PARAMETER {name}", "may not be empty")
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise flaw(f"PARAMETER {name}", f"is not {kind.__name__}")


class State:
    def __init__(self, version, folder):
        self.version, self.folder = version, folder
        self.minor = int(version.split(".")[1])
        self.full_version = version if "-" in version else f"{version}-01"
        self.edition = "COMMUNITY" if self.minor >= 77 else "OSS"
        self.anonymous = {"enabled": True, "userId": "anonymous", "realmName": "NexusAuthorizingRealm"}
        self.stores, self.repositories = ["default"], {}
        self.realms = ["NexusAuthenticatingRealm", "NexusAuthorizingRealm"]
        self.roles = {"nx-admin": self.role("nx-admin", ["nx-all"]), "nx-anonymous": self.role("nx-anonymous", [])}
        self.users = {"admin": self.user("admin", "Administrator", ["nx-admin"])}
        self.passwords, self.eula = {}, False
        try:
            with open(self.path("state.json"), encoding="utf-8") as file:
                for name, value in json.load(file).items():
                    setattr(self, name, value)
        except FileNotFoundError:
            self.begin()
            self.save()

    def begin(self):
        self.passwords = {"admin": "admin123" if self.minor < 17 else str(uuid.uuid4())}
        if self.minor >= 17:
            with open(os.open(self.path("admin.password"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
                file.write(self.passwords["admin"])

    def path(self, name):
        return os.path.join(self.folder, name)

    def save(self):
        with open(os.open(self.path("state.json.new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({name: getattr(self, name) for name in KEPT}, file)
        os.rename(self.path("state.json.new"), self.path("state.json"))

    def note(self, line):
        with open(self.path("requests.log"), "a", encoding="utf-8") as file:
            file.write(line + "\n")

    @staticmethod
    def role(name, privileges):
        return {"id": name, "source": "default", "name": name, "description": None, "readOnly": True,
                "privileges": privileges, "roles": []}

    @staticmethod
    def user(name, last, roles):
        return {"userId": name, "firstName": name, "lastName": last, "emailAddress": f"{name}@example.org",
                "source": "default", "status": "active", "readOnly": False, "roles": roles, "externalRoles": []}

    def is_admin(self, user):
        return "nx-admin" in self.users[user]["roles"]

    def may_use(self, user, repository):
        privileges = [it for role in self.users[user]["roles"] for it in self.roles[role]["privileges"]]
        return "nx-all" in privileges or f"nx-repository-view-docker-{repository}-*" in privileges

    def routes(self):
        """Method, path and what answers: it is given the names in the path, then the query of a GET or the document."""
        name = "([^/]+)"
        routes = [
            ("GET", "/security/realms/active", lambda _: (200, self.realms)),
            ("GET", "/security/realms/available", lambda _: (200, [{"id": it, "name": it} for it in REALMS])),
            ("PUT", "/security/realms/active", self.set_realms),
            ("GET", "/security/anonymous", lambda _: (200, self.anonymous)),
            ("PUT", "/security/anonymous", self.set_anonymous),
            ("GET", "/blobstores", lambda _: (200, [{"name": it, "type": "File"} for it in self.stores])),
            ("POST", "/blobstores/file", self.add_store),
            ("GET", f"/repositories/{name}", self.repository_shortly),
            ("GET", f"/repositories/docker/hosted/{name}", self.repository),
            ("POST", "/repositories/docker/hosted", self.add_repository),
            ("PUT", f"/repositories/docker/hosted/{name}", self.set_repository),
            ("GET", f"/security/roles/{name}", lambda it, _: (200, self.known_role(it))),
            ("POST", "/security/roles", self.add_role),
            ("PUT", f"/security/roles/{name}", self.set_role),
            ("GET", "/security/users", self.find_users),
            ("POST", "/security/users", self.add_user),
            ("PUT", f"/security/users/{name}", self.set_user),
        ]
        if self.minor >= 77:
            routes.append(("GET", "/system/eula", lambda _: (200, {"disclaimer": DISCLAIMER, "accepted": self.eula})))
            routes.append(("POST", "/system/eula", self.set_eula))
        return routes

    def set_realms(self, ids):
        unknown = [it for it in ids if it not in REALMS]
        if unknown:
            raise Refusal(400, f"Unknown realmIds: [{', '.join(unknown)}]")
        self.realms = ids
        return 204, None

    def set_anonymous(self, document):
        check(document, {"enabled": bool, "userId": str, "realmName": str})
        if document["realmName"] not in REALMS:
            raise flaw("realmName", "Realm does not exist")
        self.anonymous = document
        return 200, document

    def set_eula(self, document):
        check(document, {"accepted": bool, "disclaimer": str})
        if document["disclaimer"] != DISCLAIMER:
            raise Refusal(500, "Invalid EULA disclaimer")
        self.eula = document["accepted"]
        return 204, None

    def add_store(self, document):
        check(document, {"name": str, "path": str}, ["softQuota"])
        if document["name"] in self.stores:
            raise flaw("name", "A blob store with that name already exists")
        self.stores.append(document["name"])
        return 204, None

    def told_shortly(self, repository):
        return {"name": repository["name"], "format": "docker", "type": "hosted",
                "url": f"http://localhost:8081/repository/{repository['name']}", "attributes": {}}

    def known_repository(self, name):
        if name not in self.repositories:
            raise Refusal(404, "Repository not found")
        return self.repositories[name]

    def repository_shortly(self, name, _):
        return 200, self.told_shortly(self.known_repository(name))

    def repository(self, name, _):
        told = {**self.known_repository(name), "format": "docker", "type": "hosted"}
        return 200, {**told, "url": f"http://localhost:8081/repository/{name}"}

    def checked_repository(self, document):
        fields = {"name": str, "online": bool, "storage": dict, "docker": dict}
        check(document, fields, ["cleanup", "component"])
        storage, docker = document["storage"], document["docker"]
        check(storage, {"blobStoreName": str, "strictContentTypeValidation": bool, "writePolicy": str}, ["latestPolicy"])
        check(docker, {"v1Enabled": bool, "forceBasicAuth": bool}, ["httpPort", "httpsPort", "subdomain"])
        if not re.fullmatch(r"[a-z0-9-][a-z0-9_.-]*", document["name"]):
            raise flaw("PARAMETER arg0", "Docker repository names must be lowercase to support path-based routing")
        if storage["writePolicy"].lower() not in ("allow", "allow_once", "deny"):
            raise flaw("PARAMETER writePolicy", "is no write policy")
        if storage["blobStoreName"] not in self.stores:
            raise flaw("blobStoreName", "Blob store must exist")
        port = docker.get("httpPort")
        others = [it for it in self.repositories.values() if it["name"] != document["name"]]
        if port is not None and (port == 8081 or any(it["docker"].get("httpPort") == port for it in others)):
            raise flaw("PARAMETER httpPort", "Port is already in use")
        whole = {"httpPort": None, "httpsPort": None, "subdomain": None, **docker}
        filled = {"cleanup": None, "component": {"proprietaryComponents": False}, **document}
        return {**filled, "storage": {"latestPolicy": False, **storage}, "docker": whole}

    def add_repository(self, document):
        checked = self.checked_repository(document)
        if checked["name"] in self.repositories:
            raise flaw("name", "Name is already used, must be unique (ignoring case)")
        self.repositories[checked["name"]] = checked
        return 201, None

    def set_repository(self, name, document):
        checked = self.checked_repository(document)
        before = self.known_repository(name)
        if checked["storage"]["blobStoreName"] != before["storage"]["blobStoreName"]:
            raise flaw("blobStoreName", "Blob store cannot be changed")
        self.repositories[name] = checked
        return 204, None

    def known_role(self, name):
        if name not in self.roles:
            raise Refusal(404, f"Role '{name}' not found.")
        return self.roles[name]

    def checked_role(self, document):
        check(document, {"id": str, "name": str}, ["description", "privileges", "roles"])
        known = {"nx-all"} | {f"nx-repository-view-docker-{it}-*" for it in self.repositories}
        for privilege in document.get("privileges") or []:
            if privilege not in known:
                raise Refusal(400, f"Privilege '{privilege}' contained in role '{document['id']}' not found.")
        return {"source": "default", "readOnly": False, "privileges": [], "roles": [], **document}

    def add_role(self, document):
        checked = self.checked_role(document)
        if checked["id"] in self.roles:
            raise Refusal(400, f"Role '{checked['id']}' already exists, use a unique roleId.")
        self.roles[checked["id"]] = checked
        return 200, checked

    def set_role(self, name, document):
        checked = self.checked_role(document)
        if checked["id"] != name:
            raise Refusal(409, f"The Role id '{checked['id']}' does not match the id used in the path '{name}'.")
        self.known_role(name)
        self.roles[name] = checked
        return 204, None

    def find_users(self, query):
        start = (query.get("userId") or [""])[0]
        return 200, [user for name, user in self.users.items() if name.startswith(start)]

    def check_user(self, document, fields, optional=()):
        check(document, {"userId": str, "firstName": str, "lastName": str, "emailAddress": str, "status": str,
                         "roles": list, **fields}, optional)
        if not re.fullmatch(r"[^@ ]+@[^@ ]+", document["emailAddress"]):
            raise flaw("PARAMETER emailAddress", "not a well-formed email address")
        if document["status"] not in ("active", "locked", "disabled", "changepassword"):
            raise flaw("PARAMETER status", "is no status")
        for role in document["roles"]:
            if role not in self.roles:
                raise flaw("roles", f"Unable to locate roleId: {role}")

    def add_user(self, document):
        self.check_user(document, {"password": str})
        name = document["userId"]
        if name in self.users:
            raise Refusal(400, f"User {name} already exists.")
        self.passwords[name] = document.pop("password")
        self.users[name] = {**self.user(name, "", []), **document}
        return 200, self.users[name]

    def set_user(self, name, document):
        self.check_user(document, {"source": str}, ["readOnly", "externalRoles"])
        if document["userId"] != name:
            raise Refusal(400, "The path's userId does not match the body")
        if name not in self.users:
            raise Refusal(404, f"User '{name}' not found.")
        self.users[name] = document
        return 204, None

    def change_password(self, name, password):
        if not password.strip():
            raise Refusal(400, "Password must be supplied.")
        if name not in self.users:
            raise Refusal(404, f"User '{name}' not found.")
        self.passwords[name] = password
        if name == "admin" and os.path.exists(self.path("admin.password")):
            os.remove(self.path("admin.password"))
