# Sourced by the runners: the repository's root, the tools of .venv first, and what lets ccache
# recognise the same source in another clone.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root" || exit 1
export PATH="$root/.venv/bin:$PATH"
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=true
export PYTHONUNBUFFERED=1
jobs=$(nproc)
