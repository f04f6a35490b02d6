"""What a page looks like and whether everybody can use it: axe-core's rules, screenshots, the first paint."""

import base64
import os
import pathlib
import re

from chromium import ROOT

AXE = (ROOT / ".ci/node_modules/axe-core/axe.min.js").read_text()
# WCAG 2.0 to 2.2, levels A and AA.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
RUN = """
    const [rules, done] = arguments;
    axe.run(document, {runOnly: {type: "tag", values: rules}, resultTypes: ["violations"]}).then(
        ({violations}) => done(violations.flatMap(({id, nodes}) => nodes.map(
            ({target, failureSummary}) => `${id}: ${target.join(" ")}: ${failureSummary}`))),
        (error) => done([`axe failed: ${error}`]));
"""
SHOTS = os.environ.get("WEIQUAN_SCREENSHOTS")
WIDE, PHONE = 1200, 390


def colours(world, scheme):
    """What the visitor prefers: `light` or `dark`."""
    world.devtools("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])


def violations(world):
    """What axe-core finds on the page that is shown."""
    world.browser.execute_script(AXE)
    return world.browser.execute_async_script(RUN, RULES)


def first_paint(world):
    """Milliseconds until the page that is shown had its first content, or None."""
    return world.script(
        """(performance.getEntriesByName("first-contentful-paint")[0] || {}).startTime || null"""
    )


def screenshot(world, name):
    """Keeps the whole page at both widths, if a folder is named."""
    if not SHOTS:
        return
    for width in (WIDE, PHONE):
        metrics = {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width == PHONE}
        world.devtools("Emulation.setDeviceMetricsOverride", **metrics)
        shot = world.devtools("Page.captureScreenshot", captureBeyondViewport=True)
        file = pathlib.Path(SHOTS, f"{re.sub('[^A-Za-z0-9]+', '-', name).strip('-')}-{width}.png")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(base64.b64decode(shot["data"]))
    world.devtools("Emulation.clearDeviceMetricsOverride")
