"""Start it: python -m simulators.mconnect --port 8002 --data DIR."""

from markupsafe import Markup

from simulators.common.server import Launch, Simulator, new_simulator, run
from simulators.mconnect.data_service import add_data_services
from simulators.mconnect.platform import SCHEMA, add_registers
from simulators.mconnect.population import Population, birth_date, full_name, load


def make(launch: Launch) -> Simulator:
    """Make the platform with its registers."""
    population = load()
    simulator = new_simulator(launch, title="Registers (MConnect)", schema=SCHEMA)
    add_registers(simulator, population)
    add_data_services(simulator, population)
    simulator.panels.append(lambda: reads_panel(simulator))
    simulator.panels.append(lambda: people_panel(population))
    return simulator


def reads_panel(simulator: Simulator) -> Markup:
    """Return the last reads as a table."""
    rows = simulator.ledger.rows("SELECT * FROM reads ORDER BY sequence DESC LIMIT 20")
    names = ("at", "register", "operation", "subject", "user", "basis", "reason", "matter")
    return Markup("<h2>Last reads</h2>") + _table(names, [[str(row[name]) for name in names] for row in rows])


def people_panel(population: Population) -> Markup:
    """Return everybody whom the registers know."""
    rows = [[row["idnp"], full_name(row), birth_date(row)] for row in population.people.values()]
    return Markup("<h2>People</h2>") + _table(("IDNP", "name", "born"), rows)


def _table(names: tuple[str, ...], rows: list[list[str]]) -> Markup:
    head = Markup("").join(Markup("<th scope='col'>{}</th>").format(name) for name in names)
    cells = [Markup("").join(Markup("<td>{}</td>").format(cell) for cell in row) for row in rows]
    body = Markup("").join(Markup("<tr>{}</tr>").format(row) for row in cells)
    return Markup("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>").format(head, body)


if __name__ == "__main__":
    run("mconnect", make)
