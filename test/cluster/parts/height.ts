/** Where the wave is. */
export function height(x: number): number {
  return Math.cos(x) * 0.9;
}
