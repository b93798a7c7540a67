"""MDelivery: papers delivered to the door. It calls us; browsers go there to choose address and courier."""
