"""Bodies as people and programs write them: by its schema alone a reminder is seldom one, since fields depend on each other."""

import random

chance = random.Random(1)

TEXTS = ["The library is open until six", "Assembly!\nBring your books.", "🙂 *bold* _italic_", "ș" * 300]
FUTURES = ["2035-01-01T08:00", "2034-06-01 09:30", "2036-02-29T23:59"]


def reminder(names):
    calendar = chance.choice(
        [
            {"at": chance.choice(FUTURES)},
            {"cron": "0 8 * * MON", "start": chance.choice(FUTURES)},
            {"repeat": "FREQ=WEEKLY;BYDAY=MO,TH", "start": chance.choice(FUTURES), "count": chance.randint(1, 9)},
            {"repeat": "FREQ=MONTHLY;BYMONTHDAY=-1", "start": chance.choice(FUTURES), "until": "none"},
            {"anchor": chance.choice(FUTURES), "steps": ["-3d 09:00", {"offset": "-1h", "text": "Soon"}, "+0m"]},
        ]
    )
    content = chance.choice(
        [
            {"text": chance.choice(TEXTS)},
            {"parts": [{"text": chance.choice(TEXTS)}, {"text": "and more"}]},
        ]
    )
    recipients = [*names["jid"], "+254700000001", "Class 1"]
    to = chance.choice(["all groups", chance.choice(recipients), [*names["jid"]]])
    optional = {
        "priority": chance.randint(0, 9),
        "catchUp": "15m",
        "deliverWithin": "12h",
        "onUncertain": chance.choice(["resend", "unknown"]),
        "groupConcurrency": chance.randint(1, 20),
        "ratePerMinute": chance.choice([40, None, "none"]),
        "window": chance.choice(["08:00-20:00 mo-fr", {"from": "22:00", "to": "06:00"}, None]),
    }
    chosen = chance.sample(sorted(optional), chance.randint(0, 3))
    # One that is linked, for what asks about its groups.
    common = {"account": names["account"][0], "to": to, "zone": chance.choice(["UTC", "Africa/Nairobi"])}
    return {**common, **content, **calendar, **{name: optional[name] for name in chosen}}


def new_key():
    return f"made/{chance.randint(1, 10**9)}"


# By operation; those that are missing have schemas which say all.
LIKELY = {
    "createReminder": lambda names: {**reminder(names), "key": new_key()},
    "createReminders": lambda names: {"reminders": [{**reminder(names), "key": new_key()} for _ in range(3)]},
    "previewReminder": lambda names: {**reminder(names), "key": new_key()},
    "previewReminders": lambda names: {"reminders": [{**reminder(names), "key": new_key()} for _ in range(3)]},
    "previewChange": lambda names: {"text": chance.choice(TEXTS)},
    "cloneReminder": lambda names: {"key": new_key(), "text": chance.choice(TEXTS)},
    "editReminder": lambda names: {chance.choice(["text", "reason"]): "Another word", "priority": chance.randint(0, 9)},
    "snoozeReminder": lambda names: {"by": chance.choice(["30m", "2h"])},
    "pauseReminder": lambda names: chance.choice([{}, {"until": "2036-01-01T08:00"}, {"reason": "holidays"}]),
    "addAccount": lambda names: {"id": f"made-{chance.randint(1, 10**9)}", "ratePerMinute": chance.randint(1, 60)},
    "createToken": lambda names: {"name": f"made-{chance.randint(1, 10**9)}", "role": "viewer", "lastsMs": 60_000},
    "addWebhook": lambda names: {"url": names["receiver"], "types": ["run.finished"]},
    "addBot": lambda names: {
        "id": f"made-{chance.randint(1, 10**9)}",
        "token": chance.choice(names["botToken"]),
        "url": names["receiver"],
    },
    "linkBotUser": lambda names: {"name": f"made-{chance.randint(1, 10**9)}", "role": "viewer"},
    "startPairing": lambda names: {"method": "qr", "timeoutMs": 20_000},
    "skipOccurrence": lambda names: {},
}
