"""The explorer in a real browser, under its strict policy."""

import shutil

import pytest
from playwright.async_api import async_playwright
from redis.asyncio import Redis

from tests.integration.accounts.service import Accounts
from tests.integration.edge.serving import served
from tests.integration.edge.test_subscriptions import until
from tests.integration.edge.world import Announcements, a_world

WRITE = """document.querySelector('.graphiql-query-editor .CodeMirror')
  .CodeMirror.setValue('{ part { name left } }')"""
QUERY = "{ part { name left } }"
SUBSCRIPTION = "subscription { partChanged { name left } }"
ANSWERED = """() => document.querySelector('.result-window .CodeMirror')
  ?.CodeMirror.getValue().includes('Bracket')"""
PATIENCE_MILLISECONDS = 60_000


async def test_a_query_is_written_and_answered_without_breaking_the_policy(
    accounts: Accounts, keys: tuple[str, str], redis: Redis
) -> None:
    complaints: list[str] = []
    program = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
    if program is None:
        pytest.skip("no Chromium on this machine: install the package `chromium`")
    announcements = Announcements()
    async with (
        a_world(accounts, keys, redis, announcements=announcements) as world,
        served(world.app, lifespan="off") as url,
        async_playwright() as playwright,
    ):
        browser = await playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        page = await browser.new_page()
        page.set_default_timeout(PATIENCE_MILLISECONDS)
        page.on("console", lambda line: complaints.append(f"{line.type}: {line.text}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        await page.goto(f"{url}/graphql")
        await page.wait_for_selector(".graphiql-execute-button")
        await page.evaluate(WRITE)
        await page.click(".graphiql-execute-button")
        await page.wait_for_function(ANSWERED)
        await page.evaluate(WRITE.replace(QUERY, SUBSCRIPTION))
        await page.click(".graphiql-execute-button")
        await until(lambda: announcements.followers == 1)
        announcements.tell("Spanner")
        await page.wait_for_function(ANSWERED.replace("Bracket", "Spanner"))
        await page.click(".graphiql-execute-button")
        await until(lambda: announcements.followers == 0)
        await browser.close()
    assert complaints == []
