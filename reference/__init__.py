"""The billing rules as pure functions, the engine that runs them, and the clients of panels."""
