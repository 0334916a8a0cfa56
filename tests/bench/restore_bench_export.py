"""The tenant of restore_bench, what was lost of it, and what the plain script gets of that.

The export is made from the simulator's dump before the disaster; what a dump names, it gets an
object id for from Graph, as an administrator's export has it.
"""

import collections
import json
import random
import ssl
import urllib.parse
import urllib.request

LINKS_A_WRITE = 20  # Graph: "Add members"

# What an administrator's export of users has and POST /users takes.
ATTRIBUTES = ("accountEnabled", "businessPhones", "city", "companyName", "country", "department",
              "displayName", "employeeId", "employeeType", "givenName", "jobTitle", "mailNickname",
              "mobilePhone", "officeLocation", "postalCode", "state", "streetAddress", "surname",
              "usageLocation", "userPrincipalName")
COLLECTIONS = {"#microsoft.graph.phoneAuthenticationMethod": "phoneMethods",
               "#microsoft.graph.emailAuthenticationMethod": "emailMethods"}
FIELDS = ("phoneNumber", "phoneType", "emailAddress")


class Graph:
    """Questions to the simulator's Graph, and writes that make a tenant, as one of its apps."""

    def __init__(self, simulator, purpose):
        self.simulator = simulator
        self.tls = ssl.create_default_context(cafile=simulator.ca_file)
        app = simulator.app(purpose)
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": app["clientId"],
            "client_secret": app["secret"], "scope": "https://graph.microsoft.com/.default"})
        self.token = ""
        tenant = simulator.tenant()["tenantId"]
        self.token = self.call("POST", f"/{tenant}/oauth2/v2.0/token", form.encode())["access_token"]

    def call(self, method, path, body=None):
        if isinstance(body, dict):
            body = json.dumps(body).encode()
        kind = "application/json" if self.token else "application/x-www-form-urlencoded"
        request = urllib.request.Request(
            path if path.startswith("https:") else self.simulator.https + path, body,
            {"Authorization": "Bearer " + self.token, "Content-Type": kind}, method=method)
        with urllib.request.urlopen(request, context=self.tls, timeout=60) as answer:
            return json.load(answer)

    def every(self, path):
        while path:
            page = self.call("GET", path)
            yield from page["value"]
            path = page.get("@odata.nextLink")

    def ids(self, path, name):
        return {row[name]: row["id"] for row in self.every(f"/v1.0/{path}")}

    def batch(self, method, requests):
        """Any number of writes; none of them may fail."""
        for first in range(0, len(requests), 20):
            items = [{"id": str(number), "method": method, "url": url, "body": body,
                      "headers": {"Content-Type": "application/json"}}
                     for number, (url, body) in enumerate(requests[first:first + 20])]
            answers = self.call("POST", "/v1.0/$batch", {"requests": items})["responses"]
            wrong = [answer for answer in answers if answer["status"] // 100 != 2]
            if wrong:
                raise AssertionError(f"the tenant cannot be made: {wrong[0]}")


def people(simulator):
    """Everybody by name, with those memberships alone that somebody can give: a dynamic group finds
    its members by itself."""
    groups = Graph(simulator, "backup").every("/v1.0/groups?$select=mailNickname,groupTypes&$top=999")
    dynamic = {group["mailNickname"] for group in groups
               if "DynamicMembership" in group["groupTypes"]}
    users = simulator.dump()["users"]
    for user in users.values():
        user["memberships"] = [name for name in user["memberships"] if name not in dynamic]
    return users


def give_memberships(simulator, least, seed):
    """To everybody who has fewer, in groups that are the likelier the bigger they are."""
    graph, drawn = Graph(simulator, "restore"), random.Random(seed)
    groups = graph.ids("groups?$select=id,mailNickname&$top=999", "mailNickname")
    ids, users = simulator.user_ids(), people(simulator)
    taken = [name for user in users.values() for name in user["memberships"]]
    new = collections.defaultdict(list)
    for name, user in users.items():
        held = set(user["memberships"])
        while len(held) < least:
            group = drawn.choice(taken)
            if group not in held:
                new[group].append(f"{simulator.https}/v1.0/directoryObjects/{ids[name]}")
                held.add(group)
    graph.batch("PATCH", [(f"/groups/{groups[group]}",
                           {"members@odata.bind": links[first:first + LINKS_A_WRITE]})
                          for group, links in new.items()
                          for first in range(0, len(links), LINKS_A_WRITE)])


def phones_of(user):
    return {method["phoneType"] for method in user["methods"] if "phoneType" in method}


def give_two_phones(simulator):
    """To everybody who has fewer: a mobile number, then an alternate one, which needs the first."""
    graph = Graph(simulator, "restore")
    users = simulator.dump(ids=True)["users"].values()
    for kind, number in (("mobile", 1000000), ("alternateMobile", 2000000)):
        lacking = [user["object"]["id"] for user in users
                   if kind not in phones_of(user) and len(phones_of(user)) < 2]
        graph.batch("POST", [(f"/users/{user}/authentication/phoneMethods",
                              {"phoneType": kind, "phoneNumber": f"+44 555{number + at}"})
                             for at, user in enumerate(lacking)])


class Lost:
    """Users of a dump, and what was theirs."""

    def __init__(self, users):
        self.users = users
        self.groups = collections.Counter(g for user in users.values() for g in user["memberships"])
        self.memberships = sum(self.groups.values())
        self.units = sum(len(user["administrativeUnits"]) for user in users.values())
        self.roles = sum(len(user["roles"]) for user in users.values())
        self.admins = sum(1 for user in users.values() if user["roles"])
        self.reporting = sum(1 for user in users.values() if user["manager"])
        self.methods = sum(len(user["methods"]) for user in users.values())

    def least_writes(self):
        """Of the directory. A user takes one write, and so does each link; but of one group Graph
        adds twenty members in one."""
        filled = sum(-(-members // LINKS_A_WRITE) for members in self.groups.values())
        return len(self.users) + self.reporting + self.units + self.roles + filled

    def whole(self, users):
        """How many of them are among `users` with all their links and methods."""
        keys = ("memberships", "administrativeUnits", "roles", "manager", "methods")
        return sum(1 for name, user in self.users.items()
                   if name in users and all(user[key] == users[name][key] for key in keys))


def role_of(role, roles, units):
    scope = role["scope"] if role["scope"] == "/" else f"/administrativeUnits/{units[role['scope']]}"
    return {"roleDefinitionId": roles[role["role"]], "directoryScopeId": scope}


def exported(users, simulator):
    """Of each user {"body", "manager", "groups", "units", "roles", "methods"}."""
    graph = Graph(simulator, "backup")
    groups = graph.ids("groups?$select=id,mailNickname&$top=999", "mailNickname")
    units = graph.ids("directory/administrativeUnits?$select=id,displayName", "displayName")
    roles = graph.ids("roleManagement/directory/roleDefinitions", "displayName")
    export = []
    for number, user in enumerate(users.values()):
        body = {key: user["object"][key] for key in ATTRIBUTES if user["object"].get(key)}
        body["accountEnabled"] = user["object"]["accountEnabled"]
        body["passwordProfile"] = {"password": f"x7!Restored{number}Qz",
                                   "forceChangePasswordNextSignIn": True}
        methods = [{"collection": COLLECTIONS[method["@odata.type"]],
                    "body": {key: method[key] for key in FIELDS if key in method}}
                   for method in user["methods"]]
        methods.sort(key=lambda method: method["body"].get("phoneType") == "alternateMobile")
        export.append({"body": body, "manager": user["manager"] or "",
                       "groups": [groups[name] for name in user["memberships"]],
                       "units": [units[name] for name in user["administrativeUnits"]],
                       "roles": [role_of(role, roles, units) for role in user["roles"]],
                       "methods": methods})
    return export


def write_job(users, simulator, folder, more):
    """The script's job and its export; returns the job's file."""
    app = simulator.app("restore")
    secret, export, job = (folder / name for name in ("script.secret", "users.json", "job.json"))
    secret.write_text(app["secret"])
    export.write_text(json.dumps(exported(users, simulator)))
    job.write_text(json.dumps({
        "graph": simulator.https, "login": simulator.https, "clientId": app["clientId"],
        "tenantId": simulator.tenant()["tenantId"], "secretFile": str(secret),
        "users": str(export), "present": simulator.user_ids(), **more}))
    return job
