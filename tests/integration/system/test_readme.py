"""What the README shows is what happens."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.system import System

ROOT = Path(__file__).parents[3]
PARTNER = re.compile(r"<!-- partner:begin -->\n```bash\n(.*?)```\n<!-- partner:end -->", re.DOTALL)


def test_the_lines_for_partners_work_as_they_stand(system: System, tmp_path: Path) -> None:
    found = PARTNER.search((ROOT / "README.md").read_text())
    assert found is not None
    (tmp_path / ".venv").symlink_to(Path(sys.prefix), target_is_directory=True)
    result = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", found.group(1)],
        cwd=tmp_path,
        env=os.environ | {"PARTLINE": system.address},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert result.returncode == 0, result.stdout + result.stderr
    assert '"errors"' not in result.stdout, result.stdout
    assert "OrderPriceCalculated" in result.stdout
    assert "Machine time" in result.stdout
