/** The domain of all strings that a user reads. */
export const DOMAIN = "jupyterlab-vega-reel";
