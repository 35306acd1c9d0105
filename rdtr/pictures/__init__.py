"""Values that show themselves: charts, maps and cards for notebooks. Reads plans and reports, computes nothing of them.

The values below ask for their pictures by the entry point group ``rdtr.pictures``, so that no plan imports a plotting
library: matplotlib and folium are the extra ``plots`` and are loaded when a picture is asked for.
"""

from __future__ import annotations
