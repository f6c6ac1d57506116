"""What the README shows is what happens."""

import re
import sys
from pathlib import Path

from tests.shell import run_lines
from tests.system import System

ROOT = Path(__file__).parents[3]
PARTNER = re.compile(r"<!-- partner:begin -->\n```bash\n(.*?)```\n<!-- partner:end -->", re.DOTALL)


def test_the_lines_for_partners_work_as_they_stand(system: System, tmp_path: Path) -> None:
    found = PARTNER.search((ROOT / "README.md").read_text())
    assert found is not None
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    lines = f"set -o pipefail\n{found.group(1)}"
    printed = run_lines(lines, {"PARTLINE": system.address}, folder=tmp_path, seconds=180)
    assert '"errors"' not in printed, printed
    assert "OrderPriceCalculated" in printed
    assert "Machine time" in printed
