"""The sample city: a made-up town with a plan, rules, parcels and permits. Reads no file of the user's."""

from rdtr.sample.city import SampleCity, sample_city
from rdtr.sample.rasters import SampleRaster

__all__ = ["SampleCity", "SampleRaster", "sample_city"]
