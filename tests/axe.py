"""What axe finds wrong with a page."""

from pathlib import Path

import axe_playwright_python

SOURCE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()
RUN = """async () => {
    const { violations } = await axe.run(document, { resultTypes: ["violations"] });
    return violations
        .filter(({ impact }) => ["serious", "critical"].includes(impact))
        .flatMap(({ id, nodes }) => nodes.map(({ html, any }) => `${id}: ${html} ${any[0]?.message ?? ""}`));
}"""


def faults(page):
    """The serious and the critical ones, in words."""
    # A script tag would be against the policy of the page; the debugger's door is not.
    if not page.evaluate("'axe' in window"):
        page.evaluate(f"() => {{ {SOURCE} }}")
    return page.evaluate(RUN)
