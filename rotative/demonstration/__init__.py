"""A demonstration newspaper: invented stories and drawn pictures, nothing borrowed."""
