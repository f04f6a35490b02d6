fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&qzone_grants::PAGE)
}
