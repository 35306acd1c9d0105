"""Files an audit is written to: gpkg, geojson, xlsx, json, html. Found by suffix; nothing here judges."""
