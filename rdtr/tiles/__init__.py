"""From a plan to what web maps draw: grids, tiles, styles, legends. Knows no HTTP and reads no plan files."""
