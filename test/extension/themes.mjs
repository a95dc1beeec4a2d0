/** JupyterLab's light and dark theme, as far as the output uses them. */
const common = {
  "--jp-border-radius": "2px",
  "--jp-code-font-family": 'menlo, consolas, "DejaVu Sans Mono", monospace',
  "--jp-code-font-size": "13px",
  "--jp-ui-font-family": "system-ui, sans-serif",
  "--jp-ui-font-size1": "13px",
};

const light = {
  ...common,
  "--jp-accent-color1": "#388e3c",
  "--jp-border-color1": "#bdbdbd",
  "--jp-brand-color1": "#1976d2",
  "--jp-brand-color2": "#64b5f6",
  "--jp-content-font-color1": "rgba(0, 0, 0, 0.87)",
  "--jp-error-color1": "#d32f2f",
  "--jp-inverse-layout-color3": "#616161",
  "--jp-layout-color0": "white",
  "--jp-layout-color1": "white",
  "--jp-layout-color2": "#eee",
  "--jp-layout-color3": "#bdbdbd",
  "--jp-layout-color4": "#757575",
  "--jp-ui-font-color1": "rgba(0, 0, 0, 0.87)",
};

const dark = {
  ...common,
  "--jp-accent-color1": "#4caf50",
  "--jp-border-color1": "#616161",
  "--jp-brand-color1": "#2196f3",
  "--jp-brand-color2": "#64b5f6",
  "--jp-content-font-color1": "#fff",
  "--jp-error-color1": "#f44336",
  "--jp-inverse-layout-color3": "#bdbdbd",
  "--jp-layout-color0": "#111",
  "--jp-layout-color1": "#212121",
  "--jp-layout-color2": "#424242",
  "--jp-layout-color3": "#616161",
  "--jp-layout-color4": "#757575",
  "--jp-ui-font-color1": "rgba(255, 255, 255, 0.87)",
};

export const THEMES = { light: styleOf(light), dark: styleOf(dark) };

function styleOf(variables) {
  const lines = Object.entries(variables).map(([name, value]) => `${name}: ${value};`);
  return `:root { ${lines.join(" ")} }
body { margin: 16px; background: var(--jp-layout-color1); }
.jp-icon3[fill] { fill: var(--jp-inverse-layout-color3); }`;
}
