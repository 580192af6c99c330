# All six images at once, which builds their common part once. From the checkout's root:
#   docker buildx bake --file infra/images/docker-bake.hcl

variable "REGISTRY" { default = "market" }
variable "TAG" { default = "local" }
variable "PROFILE" { default = "dist" }
variable "VERSION" { default = "0.1.0" }
variable "REVISION" { default = "unknown" }
variable "SOURCE" { default = "" }

group "default" {
  targets = ["images"]
}

target "images" {
  name    = binary
  matrix  = { binary = ["auth", "tickets", "orders", "expiration", "payments", "client"] }
  context = "."
  target  = binary == "client" ? "client" : "service"
  args = {
    BINARY   = binary
    PROFILE  = PROFILE
    VERSION  = VERSION
    REVISION = REVISION
    SOURCE   = SOURCE
  }
  tags = ["${REGISTRY}/${binary}:${TAG}"]
}
