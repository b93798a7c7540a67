"""Start it: python -m simulators.mevents --port 8015 --data DIR."""

from markupsafe import Markup

from simulators.common.server import Launch, Simulator, new_simulator, run
from simulators.mevents.book import SCHEMA, Book
from simulators.mevents.interface import add_control_of_events, add_interface

PANEL = Markup(
    "<h2>Events</h2><form method='post' action='/control/events'><label>Type "
    "<input name='type' value='ASP.Registry.Application.Changed'></label> "
    "<label>Number <input name='subject'></label> <button>Publish</button></form>"
    "<table><thead><tr><th scope='col'>Offset</th><th scope='col'>At</th><th scope='col'>Event</th></tr></thead>"
    "<tbody>{}</tbody></table>"
)
ROW = Markup("<tr><td>{}</td><td>{}</td><td><code>{}</code></td></tr>")


def make(launch: Launch) -> Simulator:
    """Make the platform: its interface for consumers, and a page on which anybody publishes."""
    simulator = new_simulator(launch, title="MConnect Events", schema=SCHEMA)
    book = Book(simulator.ledger)
    add_interface(simulator, book)
    add_control_of_events(simulator, book)
    simulator.panels.append(lambda: PANEL.format(Markup("").join(ROW.format(*row) for row in book.newest())))
    return simulator


if __name__ == "__main__":
    run("mevents", make)
