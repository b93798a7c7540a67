"""Where the institution has no interface, its own portal stands in the next window; nothing is typed there."""

from tests.stories.steps import ask_for, sign

ANDREI = "2099130104818"


class TestGuidedHandOver:
    def test_each_value_goes_over_by_one_key_and_the_number_comes_back(self, counter, stack, paper):
        desk = counter()
        with desk.journey("guided", "criminal record, Andrei"):
            ask_for(desk, ANDREI, "cazier")
            for _ in range(3):
                desk.press("Space")
                desk.press("Enter")
            desk.press("Space")
            desk.press("F9", to="/cases/*/check")
            sign(desk, paper("signed"))
            desk.press("F9", to="/cases/*/portal")
            number = self.carry_over(desk, stack.simulator("interior"))
            desk.press("F6")
            desk.page.keyboard.press("Control+V")  # what the portal gave is in the clipboard
            desk.press("F10", to="/cases/*/sent")
        assert desk.says(number)
        assert desk.row.retyped == []

    def carry_over(self, desk, portal_url):
        """Copy value by value with one key and paste it; return the number that the portal gives."""
        desk.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=desk.stack.url)
        portal = desk.context.new_page()
        portal.goto(portal_url)
        values = desk.page.locator("[data-copy-row]").count()
        for _ in range(values):
            desk.page.bring_to_front()
            label = desk.page.inner_text(".is-next label").partition("→")[0].strip()
            desk.press("F8")
            desk.page.wait_for_function("document.querySelector('[data-copy-status]').textContent !== ''")
            value = desk.page.evaluate("navigator.clipboard.readText()")
            portal.bring_to_front()
            box = portal.get_by_label(label, exact=False).first
            if box.evaluate("(one) => one.tagName") == "SELECT":
                box.select_option(label=value)
            else:
                box.fill(value)
        portal.get_by_role("button", name="Trimite cererea").press("Enter")
        number = portal.inner_text("#number")
        portal.close()
        desk.page.bring_to_front()
        desk.page.evaluate("(number) => navigator.clipboard.writeText(number)", number)
        return number
