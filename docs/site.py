"""How the documentation becomes a site: pages that lie beside what they describe join it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent
ELSEWHERE = {"deploy.md": "deploy/README.md", "tenants.md": "tenants/README.md"}
MERMAID = "node_modules/@mermaid-js/tiny/dist/mermaid.tiny.js"


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Put the files of a folder where the navigation says ``folder/*.md``."""
    config.nav = [_expanded(item) for item in config.nav or []]
    return config


def _expanded(item: Any) -> Any:
    if not isinstance(item, dict):
        return item
    title, content = next(iter(item.items()))
    if not isinstance(content, list):
        return item
    pages: list[Any] = []
    for entry in content:
        if isinstance(entry, str) and entry.endswith("*.md"):
            found = sorted((ROOT / "docs").glob(entry))
            pages += [str(p.relative_to(ROOT / "docs")) for p in found if p.name != "README.md"]
        else:
            pages.append(_expanded(entry))
    return {title: pages}


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from elsewhere, and the script that draws the diagrams."""
    for name, source in (ELSEWHERE | {"assets/mermaid.js": MERMAID}).items():
        files.append(File.generated(config, name, abs_src_path=str(ROOT / source)))
    code = files.get_file_from_path("site.py")
    if code is not None:
        files.remove(code)
    return files


def on_page_markdown(
    markdown: str,
    page: Page,  # noqa: ARG001 (MkDocs names the arguments)
    config: MkDocsConfig,  # noqa: ARG001
    files: Files,  # noqa: ARG001
) -> str:
    """Point links at where the pages from elsewhere stand in the site."""
    for name, source in ELSEWHERE.items():
        markdown = markdown.replace(f"](../{source})", f"]({name})")
    return markdown
