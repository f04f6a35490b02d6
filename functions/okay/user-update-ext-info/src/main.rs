fn main() -> weiquan::runtime::Outcome {
    weiquan::runtime::run(&okay_user_update_ext_info::OPERATION)
}
