"""The screens of imports and wires in the newsroom."""
