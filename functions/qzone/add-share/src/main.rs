fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&qzone_add_share::OPERATION)
}
